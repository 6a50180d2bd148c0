// The parts of ECharts that the page uses; what is not named here is not in the bundle.

import { BarChart, HeatmapChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  BrushComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { type EChartsType, init, use as register } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import type { EChartsOption } from "echarts/types/dist/echarts";
import type { ChartTheme } from "./theme";
import { rough } from "./words";

register([
  BarChart,
  HeatmapChart,
  LineChart,
  SankeyChart,
  ScatterChart,
  AriaComponent,
  BrushComponent,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
  SVGRenderer,
]);

export type { EChartsOption, EChartsType };
export { init };

/** What all charts share. Tooltips are drawn on the canvas: as HTML they would run what a log holds. */
export function common(theme: ChartTheme): EChartsOption {
  return {
    animation: false,
    backgroundColor: "transparent",
    color: [...theme.palette],
    textStyle: {
      fontFamily: '"Inter Variable", system-ui, sans-serif',
      fontSize: 12,
      color: theme.ink,
    },
    tooltip: {
      renderMode: "richText",
      backgroundColor: theme.paper,
      borderColor: theme.line,
      textStyle: {
        color: theme.ink,
        fontSize: 12,
      },
      confine: true,
    },
  };
}

export function axis(theme: ChartTheme, name: string) {
  return {
    name,
    nameLocation: "middle" as const,
    nameGap: 32,
    nameTextStyle: { color: theme.muted },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { lineStyle: { color: theme.line } },
    axisLabel: { color: theme.muted, hideOverlap: true },
    splitLine: { lineStyle: { color: theme.line, opacity: 0.6 } },
  };
}

/** An axis of numbers, written as everywhere else on the page. */
export function numberAxis(theme: ChartTheme, name: string) {
  const base = axis(theme, name);
  return { ...base, axisLabel: { ...base.axisLabel, formatter: (value: number) => rough(value) } };
}

/** The chart as SVG text, drawn once more without a document; on paper it stands on the theme's ground. */
export function svgOf(option: EChartsOption, theme: ChartTheme, width: number, height: number): string {
  const chart = init(null, undefined, {
    renderer: "svg",
    ssr: true,
    width,
    height,
  });
  chart.setOption({ ...option, backgroundColor: theme.paper });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
