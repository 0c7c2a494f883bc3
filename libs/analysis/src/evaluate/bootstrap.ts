import { seededRandom } from '../seeded-random.ts';

/** A value with the 5 % and 95 % points of its bootstrap distribution. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const ROUNDS = 500;

/**
 * The 90 % bootstrap interval of a statistic over series: `statistic` gets the places of the series
 * drawn, each as often as it was drawn. 500 rounds. With no series all three are NaN.
 */
export function bootstrap(
  count: number,
  seed: number,
  statistic: (drawn: readonly number[]) => number,
): Interval {
  const everyone = Array.from({ length: count }, (_, place) => place);
  const value = statistic(everyone);
  if (count === 0) return { value, low: value, high: value };
  const random = seededRandom(seed);
  const rounds = Array.from({ length: ROUNDS }, () =>
    statistic(everyone.map(() => Math.floor(random() * count))),
  ).sort((a, b) => a - b);
  return {
    value,
    low: rounds[Math.floor(0.05 * ROUNDS)] ?? value,
    high: rounds[Math.ceil(0.95 * ROUNDS) - 1] ?? value,
  };
}
