import { bucketMiddle, bucketUpper, MAX_SCALE, MIN_SCALE } from './bucket.ts';
import { SketchError } from './errors.ts';
import { contradictionIn, type Span, type Totals } from './totals.ts';

/** The fields of an exponential histogram as OpenTelemetry names them, from outside and unchecked. */
export interface SketchParts {
  /** -10 to 20. */
  readonly scale: number;
  /** Must equal `zeroCount` plus all bucket counts. */
  readonly count: number;
  readonly sum?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly zeroCount: number;
  /** Bucket number of the first count. */
  readonly offset: number;
  /** Counts of neighbouring buckets; zeros at either end are allowed. */
  readonly bucketCounts: ArrayLike<number>;
}

/** Checks parts and fills in what is absent from the buckets; SketchError TT_SKETCH_BAD_PARTS says what contradicts. */
export function checkParts(parts: SketchParts): Totals {
  const { scale, zeroCount, offset } = parts;
  expectWhole('scale', scale, MIN_SCALE, MAX_SCALE);
  expectWhole('zeroCount', zeroCount, 0, Number.MAX_SAFE_INTEGER);
  expectWhole('offset', offset, -(2 ** 31), 2 ** 31 - 1);
  const { count, low, high, sum } = walk(parts);
  const total = count + zeroCount;
  if (parts.count !== total) {
    throw badParts(`count ${parts.count}; expected ${total}, the sum of all bucket counts`);
  }
  const span: Span = { scale, low, high };
  const totals: Totals = {
    count: total,
    zeroCount,
    sum: parts.sum ?? sum,
    min: (parts.min ?? estimatedMin(zeroCount, span)) + 0,
    max: (parts.max ?? estimatedMax(span)) + 0,
  };
  const contradiction = contradictionIn(totals, span);
  if (contradiction !== undefined) throw badParts(contradiction);
  return total === 0 ? { ...totals, sum: 0, min: Infinity, max: -Infinity } : totals;
}

interface Walk {
  count: number;
  low: number;
  high: number;
  sum: number;
}

function walk(parts: SketchParts): Walk {
  const found: Walk = { count: 0, low: 0, high: -1, sum: 0 };
  for (let slot = 0; slot < parts.bucketCounts.length; slot += 1) {
    const count = parts.bucketCounts[slot] ?? Number.NaN;
    expectWhole(`bucketCounts[${slot}]`, count, 0, Number.MAX_SAFE_INTEGER);
    if (count === 0) continue;
    const index = parts.offset + slot;
    if (found.count === 0) found.low = index;
    found.high = index;
    found.count += count;
    found.sum = Math.min(found.sum + bucketMiddle(index, parts.scale) * count, Number.MAX_VALUE);
  }
  return found;
}

function estimatedMin(zeroCount: number, span: Span): number {
  return zeroCount > 0 ? 0 : bucketMiddle(span.low, span.scale);
}

function estimatedMax(span: Span): number {
  return span.high < span.low ? 0 : bucketUpper(span.high, span.scale);
}

function expectWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw badParts(`${name} ${value}; expected a whole number from ${least} to ${most}`);
}

function badParts(what: string): SketchError {
  return new SketchError('TT_SKETCH_BAD_PARTS', `histogram parts: found ${what}`);
}
