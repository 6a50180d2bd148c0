// The smallest p-values of a detector against those that chance would give: on the line its tests are honest.

import { useMemo } from "react";
import { faded } from "./color";
import { type QqPoint, type Quantile, qq } from "./distributions";
import { EChart } from "./EChart";
import { common, type EChartsOption, numberAxis } from "./echarts";
import { type ChartTheme, useChartTheme } from "./theme";
import { counted, rough } from "./words";

interface Props {
  title: string;
  /** The smallest p-values with their bands, ascending. */
  quantiles: readonly Quantile[];
  /** How many tests there were in all. */
  tests: number;
  height?: number;
}

export function QqPlot({ title, quantiles, tests, height = 260 }: Props) {
  const theme = useChartTheme();
  const points = useMemo(() => qq(quantiles), [quantiles]);
  const option = useMemo(() => optionOf(points, theme), [points, theme]);
  const data = {
    columns: ["rank", "p", "expected p", "chance from", "chance to"],
    rows: quantiles.map(({ rank, p, expected, low, high }) => [rank, p, expected, low, high]),
  };
  return (
    <EChart title={title} summary={qqSummary(points, tests)} data={data} option={option} height={height} />
  );
}

export function qqSummary(points: readonly QqPoint[], tests: number): string {
  const first = points[0];
  if (!first) {
    return "Too few tests in this time to be held against chance.";
  }
  const above = points.filter((point) => point.observed > point.high).length;
  const start = `The smallest of ${counted(tests, "p-value")} is ${rough(10 ** -first.observed)}.`;
  return above === 0
    ? `${start} None of those shown is smaller than chance gives.`
    : `${start} ${counted(above, "point lies", "points lie")} above the band of chance.`;
}

function optionOf(points: readonly QqPoint[], theme: ChartTheme): EChartsOption {
  const most = points.reduce((top, point) => Math.max(top, point.expected), 1);
  const ascending = [...points].reverse();
  const hidden = {
    type: "line" as const,
    symbol: "none",
    silent: true,
    lineStyle: { opacity: 0 },
    stack: "band",
  };
  return {
    ...common(theme),
    grid: { left: 52, right: 16, top: 12, bottom: 48 },
    xAxis: { type: "value", ...numberAxis(theme, "expected by chance, −log10 p") },
    yAxis: { type: "value", ...numberAxis(theme, "observed") },
    series: [
      {
        ...hidden,
        data: ascending.map((point) => [point.expected, point.low]),
      },
      {
        ...hidden,
        areaStyle: { color: faded(theme.accent, 0.16) },
        data: ascending.map((point) => [point.expected, point.high - point.low]),
      },
      {
        type: "line",
        symbol: "none",
        silent: true,
        lineStyle: { color: theme.muted, type: "dashed", width: 1 },
        data: [
          [0, 0],
          [most, most],
        ],
      },
      {
        type: "scatter",
        symbolSize: 6,
        data: points.map((point) => ({
          value: [point.expected, point.observed],
          itemStyle: {
            color: point.observed > point.high ? theme.unusual : theme.accent,
          },
        })),
      },
    ],
  };
}
