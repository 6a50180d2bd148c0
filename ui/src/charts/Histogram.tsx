// Counts by range of a value.

import { useMemo } from "react";
import type { Bin } from "./distributions";
import { EChart } from "./EChart";
import { axis, common, type EChartsOption, numberAxis } from "./echarts";
import type { Data } from "./save";
import { type ChartTheme, useChartTheme } from "./theme";
import { grouped, rough } from "./words";

export interface Even {
  expected: number;
  low: number;
  high: number;
}

interface Props {
  title: string;
  /** What is binned, for the axis: `p-value`. */
  of: string;
  bins: readonly Bin[];
  summary?: string;
  /** Between which counts each bin would lie if every value were as likely as any other. */
  even?: Even | null;
  height?: number;
}

export function Histogram({ title, of, bins, summary, even = null, height = 220 }: Props) {
  const theme = useChartTheme();
  const option = useMemo(() => optionOf(bins, of, even, theme), [bins, of, even, theme]);
  const data: Data = {
    columns: [`${of} from`, "to", "count"],
    rows: bins.map((bin) => [bin.low, bin.high, bin.n]),
  };
  return (
    <EChart
      title={title}
      summary={summary ?? histogramSummary(bins, of)}
      data={data}
      option={option}
      height={height}
    />
  );
}

export function histogramSummary(bins: readonly Bin[], of: string): string {
  const total = bins.reduce((sum, bin) => sum + bin.n, 0);
  const fullest = bins.reduce<Bin | null>((most, bin) => (most && most.n >= bin.n ? most : bin), null);
  if (!fullest || total === 0) {
    return "No values.";
  }
  const share = Math.round((100 * fullest.n) / total);
  return `${grouped(total)} values of ${of} from ${rough(bins[0]?.low ?? 0)} to ${rough(bins.at(-1)?.high ?? 0)}; ${share} % between ${rough(fullest.low)} and ${rough(fullest.high)}.`;
}

function optionOf(bins: readonly Bin[], of: string, even: Even | null, theme: ChartTheme): EChartsOption {
  return {
    ...common(theme),
    grid: { left: 52, right: 12, top: 12, bottom: 44 },
    xAxis: {
      type: "category",
      ...axis(theme, of),
      data: bins.map((bin) => rough(bin.low)),
    },
    yAxis: { type: "value", ...numberAxis(theme, ""), minInterval: 1 },
    tooltip: { ...common(theme).tooltip, trigger: "axis" },
    series: [
      {
        type: "bar",
        name: "count",
        data: bins.map((bin) => bin.n),
        barCategoryGap: "8%",
        itemStyle: { color: theme.accent },
        ...(even ? { markLine: evenLine(even, theme), markArea: evenBand(even, theme) } : {}),
      },
    ],
  };
}

function evenLine(even: Even, theme: ChartTheme) {
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: theme.ink, type: "dashed" as const },
    label: {
      formatter: "by chance",
      color: theme.muted,
      position: "insideMiddleTop" as const,
    },
    data: [{ yAxis: even.expected }],
  };
}

function evenBand(even: Even, theme: ChartTheme) {
  return {
    silent: true,
    itemStyle: { color: theme.muted, opacity: 0.22 },
    data: [[{ yAxis: even.low }, { yAxis: even.high }]] as never,
  };
}
