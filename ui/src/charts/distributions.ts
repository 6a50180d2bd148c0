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

export interface QqPoint {
  expected: number;
  observed: number;
  /** Where 95 of 100 points of this rank would lie by chance. */
  low: number;
  high: number;
}

/** p-values below this are drawn here: a double has no smaller ones, and the plot would be all axis. */
const P_MIN = 1e-300;

/**
 * Smallest p-values against those of chance, both as −log10. `sorted` are the smallest of `n` tests, ascending.
 * The k-th of n uniform values is Beta(k, n − k + 1); its 95 % band is taken by Wilson and Hilferty's cube root, which is
 * within a few parts in a hundred from the second rank on.
 */
export function qq(sorted: readonly number[], n: number): QqPoint[] {
  return sorted.map((p, i) => {
    const k = i + 1;
    const log = (value: number) => -Math.log10(Math.max(P_MIN, Math.min(1, value)));
    return {
      expected: log((k - 0.5) / n),
      observed: log(p),
      low: log(gammaQuantile(k, Z_975) / n),
      high: log(gammaQuantile(k, -Z_975) / n),
    };
  });
}

const Z_975 = 1.959964;

function gammaQuantile(shape: number, z: number): number {
  if (shape === 1) {
    // The cube root is worst here, and the first point is the one that people look at.
    return z > 0 ? -Math.log(0.025) : -Math.log(0.975);
  }
  const root = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape));
  return shape * Math.max(0, root) ** 3;
}

/** Of all tests, the share that would be 0.5 and above if nothing were there is one half: Storey's estimate of π0. */
export function shareOfChance(histogram: readonly Bin[]): number | null {
  const n = histogram.reduce((sum, bin) => sum + bin.n, 0);
  const above = histogram.filter((bin) => bin.low >= 0.5).reduce((sum, bin) => sum + bin.n, 0);
  return n === 0 ? null : Math.min(1, above / (0.5 * n));
}
