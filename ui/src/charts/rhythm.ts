// The rhythm of contacts: gaps, the raster of a beacon, and its spectrum. Input: times in seconds. Pure.

/** More contacts than this change neither picture and make the spectrum slow: the first ones are taken. */
const CONTACTS_MAX = 5000;

export interface Rhythm {
  /** Ascending seconds since 1970, bursts joined. */
  contacts: number[];
  gaps: number[];
  gapMedian: number;
  /** Half of the gaps lie within this share of the median. */
  jitter: number;
}

/** One visit opens several connections within seconds; they are one contact. */
export function rhythm(times: readonly number[], burstSeconds = 5): Rhythm | null {
  const sorted = times.filter(Number.isFinite).sort((a, b) => a - b);
  const contacts: number[] = [];
  for (const at of sorted) {
    const last = contacts.at(-1);
    if (last === undefined || at - last > burstSeconds) {
      contacts.push(at);
    }
    if (contacts.length === CONTACTS_MAX) {
      break;
    }
  }
  if (contacts.length < 3) {
    return null;
  }
  const gaps = contacts.slice(1).map((at, i) => at - (contacts[i] ?? at));
  const gapMedian = median(gaps);
  const jitter = median(gaps.map((gap) => Math.abs(gap - gapMedian))) / gapMedian;
  return { contacts, gaps, gapMedian, jitter };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export interface RasterPoint {
  /** Which period, from the first contact on. */
  turn: number;
  /** Seconds into the period. */
  phase: number;
  at: number;
}

/** Every contact by period and place in it: a beacon is a straight column, people are a cloud. */
export function raster(contacts: readonly number[], period: number): RasterPoint[] {
  const first = contacts[0];
  if (first === undefined || !(period > 0)) {
    return [];
  }
  return contacts.map((at) => {
    const since = at - first + period / 2;
    const turn = Math.floor(since / period);
    return { turn, phase: since - turn * period, at };
  });
}

export interface Power {
  period: number;
  power: number;
}

const PERIODS = 600;

/**
 * Rayleigh's spectrum: how well contacts agree in phase, for periods spread evenly by frequency. Under chance a power of x
 * has the probability e^-x.
 */
export function spectrum(contacts: readonly number[], gapMedian: number): Power[] {
  const first = contacts[0];
  const last = contacts.at(-1);
  if (first === undefined || last === undefined || !(gapMedian > 0) || last <= first) {
    return [];
  }
  const slow = 1 / Math.min(last - first, gapMedian * 8);
  const fast = 1 / (gapMedian / 3);
  return Array.from({ length: PERIODS }, (_, i) => {
    const frequency = slow + ((fast - slow) * i) / (PERIODS - 1);
    let [real, imaginary] = [0, 0];
    for (const at of contacts) {
      const angle = 2 * Math.PI * frequency * (at - first);
      real += Math.cos(angle);
      imaginary += Math.sin(angle);
    }
    return {
      period: 1 / frequency,
      power: (real * real + imaginary * imaginary) / contacts.length,
    };
  });
}

/** How far the period may lie from the typical gap: late contacts make gaps longer than the period, never much shorter. */
const NEAR = { low: 0.7, high: 1.5 } as const;

/** The period near the typical gap on which contacts agree best. */
export function periodOf(contacts: readonly number[], gapMedian: number): number {
  const near = spectrum(contacts, gapMedian).filter(
    ({ period }) => period > gapMedian * NEAR.low && period < gapMedian * NEAR.high,
  );
  const best = near.reduce<Power | null>(
    (most, here) => (most && most.power >= here.power ? most : here),
    null,
  );
  return best?.period ?? gapMedian;
}
