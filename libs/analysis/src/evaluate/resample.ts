import { seededRandom } from '../seeded-random.ts';

/** A value with the 5 % and 95 % points of its bootstrap distribution. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const ROUNDS = 500;

/** Series drawn with replacement, 500 times: the same draws for every statistic, so ratios stay paired. */
export type Resamples = readonly Int32Array[];

/** Draws from `count` series; always the same draws for the same count and seed. None for no series. */
export function resamplesOf(count: number, seed: number): Resamples {
  const random = seededRandom(seed);
  return Array.from({ length: count === 0 ? 0 : ROUNDS }, () =>
    Int32Array.from({ length: count }, () => Math.floor(random() * count)),
  );
}

/**
 * exp of the mean of the logarithms over series, with its 90 % interval. NaN entries (series without a
 * day to charge) are left out. All NaN where nothing is left.
 */
export function geometricMean(logs: readonly number[], resamples: Resamples): Interval {
  const ones = logs.map((log) => (Number.isNaN(log) ? 0 : 1));
  const values = logs.map((log) => (Number.isNaN(log) ? 0 : log));
  const { value, low, high } = ratioOfSums(values, ones, resamples);
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}

/** Sum over sum of one value a series, with its 90 % interval: rates and footprints. */
export function ratioOfSums(
  tops: readonly number[],
  bottoms: readonly number[],
  resamples: Resamples,
): Interval {
  return intervalOf(tops.length, resamples, (drawn) => total(tops, drawn) / total(bottoms, drawn));
}

/** Any statistic of the places drawn, with its 90 % interval; rounds that give NaN are left out. */
export function intervalOf(
  count: number,
  resamples: Resamples,
  statistic: (drawn: Int32Array) => number,
): Interval {
  const value = statistic(Int32Array.from({ length: count }, (_, place) => place));
  const rounds = resamples
    .map(statistic)
    .filter((round) => !Number.isNaN(round))
    .sort((a, b) => a - b);
  return {
    value,
    low: rounds[Math.floor(0.05 * rounds.length)] ?? value,
    high: rounds[Math.ceil(0.95 * rounds.length) - 1] ?? value,
  };
}

/** Sum of the values in the places drawn. */
export function total(values: readonly number[], drawn: Int32Array): number {
  let sum = 0;
  for (const place of drawn) sum += values[place] ?? 0;
  return sum;
}
