// Which chart an answer asks for, and the option that draws it. Pure.

import { axis, common, type EChartsOption, numberAxis } from "../../charts/echarts";
import type { Data } from "../../charts/save";
import type { ChartTheme } from "../../charts/theme";
import { counted, rough } from "../../charts/words";
import { plain } from "../../parts/hostile";
import { type Result, type ResultColumn, shown } from "../../sql/result";

export type Kind = "line" | "bar" | "scatter" | "histogram";

export interface Choice {
  kind: Kind;
  x: number;
  y: number;
  /** Column whose values become series of their own, or −1. */
  by: number;
}

/** More points are not told apart; the sentence says that it is a part. */
export const POINTS_MAX = 20_000;
const SERIES_MAX = 8;
const BARS_MAX = 60;

/** A time and a number: a line. A word and a number: bars. Two numbers: a scatter. One number: a histogram. */
export function chosen(columns: readonly ResultColumn[]): Choice {
  const at = (kind: ResultColumn["kind"]) => columns.findIndex((column) => column.kind === kind);
  const numbers = columns.flatMap((column, i) => (column.kind === "number" ? [i] : []));
  const [first = -1, second = -1] = numbers;
  const [time, text] = [at("time"), at("text")];
  if (time >= 0 && first >= 0) return { kind: "line", x: time, y: first, by: text };
  if (text >= 0 && first >= 0) return { kind: "bar", x: text, y: first, by: -1 };
  if (second >= 0) return { kind: "scatter", x: first, y: second, by: -1 };
  return { kind: "histogram", x: Math.max(0, first), y: Math.max(0, first), by: -1 };
}

export interface Point {
  x: string | number;
  y: number;
}

export interface Named {
  name: string;
  points: Point[];
}

export function seriesOf(result: Result, choice: Choice): Named[] {
  const series = new Map<string, Named>();
  const n = Math.min(result.n_rows, POINTS_MAX);
  const xKind = result.columns[choice.x]?.kind ?? "text";
  const byKind = result.columns[choice.by]?.kind ?? "text";
  for (let row = 0; row < n; row += 1) {
    const y = Number(result.value(row, choice.y) ?? Number.NaN);
    if (!Number.isFinite(y)) continue;
    const raw = result.value(row, choice.x);
    const x =
      xKind === "text" || xKind === "flag" || xKind === "other"
        ? shown(raw, xKind)
        : Number(raw ?? Number.NaN);
    const name =
      choice.by >= 0 ? shown(result.value(row, choice.by), byKind) : (result.columns[choice.y]?.name ?? "");
    const known = series.get(name) ?? { name, points: [] };
    known.points.push({ x, y });
    series.set(name, known);
  }
  return [...series.values()].sort((a, b) => b.points.length - a.points.length).slice(0, SERIES_MAX);
}

export function optionOf(
  series: readonly Named[],
  choice: Choice,
  columns: readonly ResultColumn[],
  theme: ChartTheme,
): EChartsOption {
  const [x, y] = [columns[choice.x], columns[choice.y]];
  const isTime = x?.kind === "time";
  const xAxis =
    choice.kind === "bar"
      ? {
          type: "category" as const,
          ...axis(theme, ""),
          data: barsOf(series).map((bar) => plain(String(bar.x)).slice(0, 40)),
        }
      : {
          type: isTime ? ("time" as const) : ("value" as const),
          ...axis(theme, plain(x?.name ?? "")),
          scale: true,
        };
  return {
    ...common(theme),
    useUTC: true,
    grid: { left: 70, right: 20, top: series.length > 1 ? 36 : 14, bottom: choice.kind === "bar" ? 90 : 48 },
    legend: { show: series.length > 1, top: 0, textStyle: { color: theme.ink } },
    tooltip: { ...common(theme).tooltip, trigger: choice.kind === "scatter" ? "item" : "axis" },
    xAxis: choice.kind === "bar" ? { ...xAxis, axisLabel: { color: theme.muted, rotate: 40 } } : xAxis,
    yAxis: { type: "value", ...numberAxis(theme, plain(y?.name ?? "")), nameGap: 52 },
    series: choice.kind === "bar" ? [bars(series)] : series.map((one) => lineOf(one, choice.kind)),
  };
}

function lineOf(one: Named, kind: Kind) {
  const data = one.points.map((point) => [point.x, point.y]);
  const name = plain(one.name).slice(0, 60);
  return kind === "scatter"
    ? { type: "scatter" as const, name, data, symbolSize: 5 }
    : { type: "line" as const, name, data, symbol: "none", lineStyle: { width: 1.6 } };
}

function barsOf(series: readonly Named[]): Point[] {
  const all = series.flatMap((one) => one.points);
  return [...all].sort((a, b) => b.y - a.y).slice(0, BARS_MAX);
}

const bars = (series: readonly Named[]) => ({
  type: "bar" as const,
  data: barsOf(series).map((bar) => bar.y),
});

export function summaryOf(series: readonly Named[], result: Result, choice: Choice): string {
  const points = series.reduce((n, one) => n + one.points.length, 0);
  const top = series
    .flatMap((one) => one.points)
    .reduce<Point | null>((most, point) => (most && most.y >= point.y ? most : point), null);
  const part =
    result.n_rows > POINTS_MAX ? ` The first ${rough(POINTS_MAX)} of ${rough(result.n_rows)} rows.` : "";
  const most = top
    ? ` The greatest value is ${rough(top.y)} at ${plain(shown(top.x, result.columns[choice.x]?.kind ?? "text")).slice(0, 60)}.`
    : "";
  return `${counted(points, "point")} in ${counted(series.length, "series", "series")}.${most}${part}`;
}

export function dataOf(series: readonly Named[], result: Result, choice: Choice): Data {
  const kind = result.columns[choice.x]?.kind ?? "text";
  return {
    columns: ["series", result.columns[choice.x]?.name ?? "x", result.columns[choice.y]?.name ?? "y"],
    rows: series.flatMap((one) => one.points.map((point) => [one.name, shown(point.x, kind), point.y])),
  };
}
