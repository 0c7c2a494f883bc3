import { bucketIndex, bucketMiddle, bucketUpper } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import type { Totals } from './totals.ts';

/** A product of a share and a count may miss a whole number by a few of its last bits. */
const RANK_SLACK = 1e-12;

/** The value at rank ceil(q * count), counted from 1. Needs at least one value and q from 0 to 1. */
export function quantileOf(buckets: Buckets, q: number, totals: Totals): number {
  const { count, zeroCount, min, max } = totals;
  const rank = Math.max(1, Math.ceil(q * count * (1 - RANK_SLACK)));
  if (rank === 1) return min;
  if (rank >= count) return max;
  if (rank <= zeroCount) return 0;
  let seen = zeroCount;
  for (let index = buckets.low; index <= buckets.high; index += 1) {
    seen += buckets.at(index);
    if (seen >= rank) return clamp(bucketMiddle(index, buckets.scale), min, max);
  }
  return max;
}

/** How many values lie above one, with a bucket's values spread evenly between its ends, or min and max. */
export function countAboveIn(buckets: Buckets, value: number, totals: Totals): number {
  const { count, zeroCount, min, max } = totals;
  if (count === 0 || value >= max) return 0;
  if (value < min) return count;
  if (value <= 0) return count - zeroCount;
  const own = bucketIndex(value, buckets.scale);
  let above = 0;
  for (let index = buckets.high; index > own; index -= 1) above += buckets.at(index);
  const lower = Math.max(bucketUpper(own - 1, buckets.scale), min);
  const upper = Math.min(bucketUpper(own, buckets.scale), max);
  const share = upper > lower ? (upper - value) / (upper - lower) : 0;
  return above + buckets.at(own) * clamp(share, 0, 1);
}

/** The nearest number from `least` to `most`. */
export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
