// What is left of a score over time, with today marked, and the line below which it does not count any more.

import { useMemo } from "react";
import { faded } from "./color";
import { EChart } from "./EChart";
import { axis, common, type EChartsOption, numberAxis } from "./echarts";
import type { Data } from "./save";
import { utcMinute } from "./series";
import { type ChartTheme, useChartTheme } from "./theme";
import { rough } from "./words";

export interface Decay {
  points: readonly { at: string; score: number }[];
  now: string;
  /** A score below this has decayed. */
  threshold: number | null;
}

export function DecayCurve({ decay, height = 190 }: { decay: Decay; height?: number }) {
  const theme = useChartTheme();
  const option = useMemo(() => optionOf(decay, theme), [decay, theme]);
  const data: Data = {
    columns: ["at", "score"],
    rows: decay.points.map((point) => [point.at, point.score]),
  };
  return (
    <EChart
      title="Score over time"
      summary={decaySummary(decay)}
      data={data}
      option={option}
      height={height}
    />
  );
}

export function decaySummary({ points, now, threshold }: Decay): string {
  const last = [...points].reverse().find((point) => point.at <= now);
  const start = `Worth ${rough(last?.score ?? 0)} of 100 now.`;
  const below = points.find((point) => point.at >= now && point.score < (threshold ?? 0));
  if (threshold === null || (last?.score ?? 0) < threshold) return `${start} It has decayed.`;
  return below ? `${start} It decays by ${utcMinute(Date.parse(below.at) / 1000).slice(0, 10)}.` : start;
}

function optionOf({ points, now, threshold }: Decay, theme: ChartTheme): EChartsOption {
  const label = { color: theme.muted, position: "insideEndTop" as const };
  const style = { color: theme.muted, type: "dashed" as const, width: 1 };
  const today = { xAxis: Date.parse(now), label: { ...label, formatter: "now" } };
  const least = { yAxis: threshold ?? 0, label: { ...label, formatter: "counts from here on" } };
  return {
    ...common(theme),
    useUTC: true,
    grid: { left: 44, right: 16, top: 18, bottom: 26 },
    xAxis: { type: "time", ...axis(theme, "") },
    yAxis: { type: "value", min: 0, max: 100, ...numberAxis(theme, "") },
    series: [
      {
        type: "line",
        symbol: "none",
        data: points.map((point) => [Date.parse(point.at), point.score]),
        lineStyle: { color: theme.accent, width: 1.5 },
        areaStyle: { color: faded(theme.accent, 0.14) },
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: style,
          data: threshold === null ? [today] : [today, least],
        },
      },
    ],
  };
}
