// Numbers behind histograms and QQ plots of p-values. Pure.

export interface Bin {
  low: number;
  high: number;
  n: number;
}

/** Equal bins over the range of the values; values that are no numbers are left out. */
export function bins(values: ArrayLike<number>, n_bins = 40): Bin[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (Number.isFinite(value)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) {
    return [];
  }
  if (low === high) {
    return [{ low, high, n: countOf(values, low) }];
  }
  const width = (high - low) / n_bins;
  const counts = new Array<number>(n_bins).fill(0);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (Number.isFinite(value)) {
      const bin = Math.min(n_bins - 1, Math.floor((value - low) / width));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return counts.map((n, i) => ({
    low: low + i * width,
    high: i === n_bins - 1 ? high : low + (i + 1) * width,
    n,
  }));
}

function countOf(values: ArrayLike<number>, wanted: number): number {
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    n += values[i] === wanted ? 1 : 0;
  }
  return n;
}

/** One of the smallest p-values, and the ends between which it would lie by chance, as the server tells them. */
export interface Quantile {
  rank: number;
  p: number;
  expected: number;
  low: number;
  high: number;
}

export interface QqPoint {
  rank: number;
  expected: number;
  observed: number;
  /** The ends of the band: small p-values are large here. */
  low: number;
  high: number;
}

/** p-values below this are drawn here: a double has no smaller ones, and the plot would be all axis. */
const P_MIN = 1e-300;

/** Smallest p-values against those of chance, all as −log10. */
export function qq(quantiles: readonly Quantile[]): QqPoint[] {
  const log = (value: number) => -Math.log10(Math.max(P_MIN, Math.min(1, value)));
  return quantiles.map(({ rank, p, expected, low, high }) => ({
    rank,
    expected: log(expected),
    observed: log(p),
    low: log(high),
    high: log(low),
  }));
}
