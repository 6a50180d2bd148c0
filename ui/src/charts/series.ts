// A time series with the band that was expected of it: what is said of it, its table, and its drawing as SVG.

import { type Data, escapedXml } from "./save";
import type { ChartTheme } from "./theme";
import { counted, rough } from "./words";

/** Columns of the same length; `null` where there is no value. Times are seconds since 1970, ascending. */
export interface Series {
  at: readonly number[];
  value: readonly (number | null)[];
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
  unusual?: readonly boolean[];
}

export function seriesSummary(series: Series, what: string): string {
  const known = series.value.filter((value): value is number => value !== null);
  if (known.length === 0) {
    return `No ${what} in this time.`;
  }
  const total = known.reduce((sum, value) => sum + value, 0);
  const peak = Math.max(...known.slice(0, 100_000));
  const at = series.at[series.value.indexOf(peak)];
  const start = `${rough(total)} ${what}; the most, ${rough(peak)}, at ${at === undefined ? "–" : utcMinute(at)}.`;
  if (!series.unusual) {
    return start;
  }
  const n = series.unusual.filter(Boolean).length;
  return n === 0 ? `${start} All within the expected band.` : `${start} ${outside(series, n)}`;
}

function outside(series: Series, n: number): string {
  let largest = { at: 0, excess: 0, value: 0 };
  series.unusual?.forEach((unusual, i) => {
    const value = series.value[i];
    if (!unusual || value === null || value === undefined) {
      return;
    }
    const excess = Math.max(value - (series.high?.[i] ?? value), (series.low?.[i] ?? value) - value);
    if (excess >= largest.excess) {
      largest = { at: series.at[i] ?? 0, excess, value };
    }
  });
  return `${counted(n, "point lies", "points lie")} outside of the expected band, farthest at ${utcMinute(largest.at)} with ${rough(largest.value)}.`;
}

export const utcMinute = (seconds: number): string =>
  Number.isFinite(seconds) && Math.abs(seconds) < 8.64e12
    ? `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")}Z`
    : "–";

export function seriesData(series: Series, what: string): Data {
  const columns = ["at", what];
  if (series.low && series.high) {
    columns.push("expected from", "expected to");
  }
  if (series.unusual) {
    columns.push("unusual");
  }
  const rows = series.at.map((at, i) => {
    const row: (string | number | null)[] = [new Date(at * 1000).toISOString(), series.value[i] ?? null];
    if (series.low && series.high) {
      row.push(series.low[i] ?? null, series.high[i] ?? null);
    }
    if (series.unusual) {
      row.push(series.unusual[i] ? "yes" : "no");
    }
    return row;
  });
  return { columns, rows };
}

const EDGE = { left: 60, right: 16, top: 12, bottom: 28 } as const;

/** Drawn by hand, because uPlot only has a canvas. */
export function seriesSvg(series: Series, theme: ChartTheme, width: number, height: number): string {
  const known = [...series.value, ...(series.high ?? [])].filter((value): value is number => value !== null);
  const top = known.reduce((most, value) => Math.max(most, value), 1);
  const from = series.at[0] ?? 0;
  const until = series.at.at(-1) ?? from + 1;
  const x = (at: number) =>
    EDGE.left + ((at - from) / (until - from || 1)) * (width - EDGE.left - EDGE.right);
  const y = (value: number) => height - EDGE.bottom - (value / top) * (height - EDGE.top - EDGE.bottom);
  const point = (at: number, value: number) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`;
  const line = (values: readonly (number | null)[]) =>
    series.at.flatMap((at, i) =>
      values[i] === null || values[i] === undefined ? [] : [point(at, values[i])],
    );

  const parts = [`<rect width="${width}" height="${height}" fill="${theme.paper}"/>`];
  if (series.low && series.high) {
    const around = [...line(series.high), ...line(series.low).reverse()];
    parts.push(`<polygon points="${around.join(" ")}" fill="${theme.accent}" fill-opacity="0.16"/>`);
  }
  parts.push(
    `<polyline points="${line(series.value).join(" ")}" fill="none" stroke="${theme.accent}" stroke-width="1.5"/>`,
  );
  series.unusual?.forEach((unusual, i) => {
    const value = series.value[i];
    if (unusual && value !== null && value !== undefined) {
      parts.push(
        `<circle cx="${x(series.at[i] ?? 0).toFixed(1)}" cy="${y(value).toFixed(1)}" r="4" fill="${theme.unusual}"/>`,
      );
    }
  });
  const text = (tx: number, ty: number, anchor: string, words: string) =>
    `<text x="${tx}" y="${ty}" text-anchor="${anchor}" fill="${theme.muted}" font-family="sans-serif" font-size="11">${escapedXml(words)}</text>`;
  parts.push(
    text(EDGE.left - 6, y(top) + 4, "end", rough(top)),
    text(EDGE.left - 6, y(0) + 4, "end", "0"),
    text(EDGE.left, height - 8, "start", utcMinute(from)),
    text(width - EDGE.right, height - 8, "end", utcMinute(until)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join("")}</svg>`;
}
