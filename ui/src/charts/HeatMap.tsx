// A value by two categories, told by intensity and, where there is room, as a number.

import { useMemo } from "react";
import { plain } from "../parts/hostile";
import { EChart } from "./EChart";
import { axis, common, type EChartsOption } from "./echarts";
import { type ChartTheme, useChartTheme } from "./theme";
import { rough } from "./words";

export interface HeatCell {
  x: string;
  y: string;
  value: number;
}

interface Props {
  title: string;
  what: string;
  cells: readonly HeatCell[];
  height?: number;
}

export function HeatMap({ title, what, cells, height }: Props) {
  const theme = useChartTheme();
  const xs = useMemo(() => [...new Set(cells.map((cell) => cell.x))], [cells]);
  const ys = useMemo(() => [...new Set(cells.map((cell) => cell.y))], [cells]);
  const option = useMemo(() => optionOf(cells, xs, ys, theme), [cells, xs, ys, theme]);
  const data = {
    columns: ["x", "y", what],
    rows: cells.map((cell) => [cell.x, cell.y, cell.value]),
  };
  const tall = height ?? Math.min(640, 80 + ys.length * 22);
  return (
    <EChart title={title} summary={heatSummary(cells, what)} data={data} option={option} height={tall} />
  );
}

export function heatSummary(cells: readonly HeatCell[], what: string): string {
  const hottest = cells.reduce<HeatCell | null>(
    (most, cell) => (most && most.value >= cell.value ? most : cell),
    null,
  );
  return hottest
    ? `The most ${what}, ${rough(hottest.value)}, at ${plain(hottest.x)} and ${plain(hottest.y)}.`
    : `No ${what}.`;
}

function optionOf(cells: readonly HeatCell[], xs: string[], ys: string[], theme: ChartTheme): EChartsOption {
  const most = cells.reduce((top, cell) => Math.max(top, cell.value), 0);
  const [xAt, yAt] = [new Map(xs.map((x, i) => [x, i])), new Map(ys.map((y, i) => [y, i]))];
  const quiet = { splitLine: { show: false } };
  return {
    ...common(theme),
    grid: { left: 140, right: 16, top: 8, bottom: 56 },
    xAxis: {
      type: "category",
      ...axis(theme, ""),
      ...quiet,
      data: xs.map((x) => plain(x).slice(0, 40)),
    },
    yAxis: {
      type: "category",
      ...axis(theme, ""),
      ...quiet,
      data: ys.map((y) => plain(y).slice(0, 40)),
    },
    visualMap: {
      show: false,
      min: 0,
      max: most || 1,
      inRange: { color: [...theme.ramp] },
    },
    series: [
      {
        type: "heatmap",
        data: cells.map((cell) => [xAt.get(cell.x) ?? 0, yAt.get(cell.y) ?? 0, cell.value]),
        label: {
          show: cells.length <= 200,
          formatter: (item) => rough(Number((item.value as number[])[2])),
        },
        itemStyle: { borderColor: theme.paper, borderWidth: 1 },
      },
    ],
  };
}
