// What the values of a column are like: how many are missing, how many differ, the most frequent, the range. Pure.

import { type ResultColumn, shown, type Value } from "../../sql/result";

export interface ColumnProfile {
  n: number;
  n_missing: number;
  n_different: number;
  /** Counting stopped there: what differs beyond is not counted. */
  isCapped: boolean;
  most: { text: string; n: number }[];
  least: string | null;
  greatest: string | null;
}

const DIFFERENT_MAX = 100_000;
const MOST = 3;

export function profileOf(values: readonly Value[], kind: ResultColumn["kind"]): ColumnProfile {
  const counts = new Map<string, number>();
  let [n_missing, isCapped] = [0, false];
  let [low, high]: [number | null, number | null] = [null, null];
  for (const value of values) {
    if (value === null || value === undefined) {
      n_missing += 1;
      continue;
    }
    if (typeof value === "number" || typeof value === "bigint") {
      const size = Number(value);
      if (!Number.isNaN(size)) {
        low = low === null ? size : Math.min(low, size);
        high = high === null ? size : Math.max(high, size);
      }
    }
    const text = shown(value, kind);
    const known = counts.get(text);
    if (known !== undefined) counts.set(text, known + 1);
    else if (counts.size < DIFFERENT_MAX) counts.set(text, 1);
    else isCapped = true;
  }
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST);
  return {
    n: values.length,
    n_missing,
    n_different: counts.size,
    isCapped,
    most: most.map(([text, n]) => ({ text, n })),
    least: low === null ? null : shown(low, kind),
    greatest: high === null ? null : shown(high, kind),
  };
}
