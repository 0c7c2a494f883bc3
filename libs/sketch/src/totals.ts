import { bucketIndex, highestBucket, lowestBucket } from './bucket.ts';

/** The longest span of buckets any sketch may have, also one read from bytes: 32 KiB of counts. */
export const MOST_BUCKETS = 4096;

/** What a sketch knows besides its buckets. */
export interface Totals {
  readonly count: number;
  readonly zeroCount: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** The buckets in use that totals are held against; `high < low` while there is none. */
export interface Span {
  readonly scale: number;
  readonly low: number;
  readonly high: number;
}

/** Sums differ by the order of adding; a sum further from count * [min, max] than this share is wrong. */
const SUM_SLACK = 1e-6;

/**
 * Says what is wrong with totals that came from outside, undefined if nothing is. Minimum and maximum
 * must lie in the outermost buckets or right beside them: other senders round at boundaries in other ways.
 */
export function contradictionIn(totals: Totals, span: Span): string | undefined {
  const { count, zeroCount, sum, min, max } = totals;
  const { scale, low, high } = span;
  if (high >= low && (low < lowestBucket(scale) || high > highestBucket(scale))) {
    return `buckets ${low} to ${high} at scale ${scale}; expected only those that hold doubles`;
  }
  if (!Number.isSafeInteger(count)) return `count ${count}; expected a whole number below 2^53`;
  if (count === 0) return undefined;
  if (!isMeasured(min) || !isMeasured(max) || min > max) {
    return `min ${min} and max ${max}; expected finite numbers from zero up in this order`;
  }
  if (!isMeasured(sum)) return `sum ${sum}; expected a finite number from zero up`;
  const least = Math.min(count * min * (1 - SUM_SLACK), Number.MAX_VALUE);
  if (sum < least || sum > count * max * (1 + SUM_SLACK)) {
    return `sum ${sum}; expected ${count} times a mean between min ${min} and max ${max}`;
  }
  if (zeroCount > 0 ? min !== 0 : !isBeside(min, low, scale)) {
    return `min ${min}; expected a value of the lowest bucket ${low}, zero with a zero count`;
  }
  if (high < low ? max !== 0 : !isBeside(max, high, scale)) {
    return `max ${max}; expected a value of the highest bucket ${high}, zero with zeros only`;
  }
  return undefined;
}

function isMeasured(value: number): boolean {
  return value >= 0 && value <= Number.MAX_VALUE;
}

function isBeside(value: number, index: number, scale: number): boolean {
  return value > 0 && Math.abs(bucketIndex(value, scale) - index) <= 1;
}
