/** Reads single data points: the seconds they cover, their number, their sketch. Bad ones come back as a Refusal. */
import { WINDOW_SECONDS } from '@trimtab/history';
import { Sketch, SketchError } from '@trimtab/sketch';
import type { DurationMs, EpochMs } from '@trimtab/units';
import type { ExponentialHistogramDataPoint, NumberDataPoint } from './gen/otlp/metrics_pb.ts';
import { NO_VALUE } from './names.ts';
import { msOfSeconds, nearestSecond } from './nanos.ts';
import { Refusal } from './rejections.ts';

/** Which moments are taken. */
export interface AcceptedTime {
  readonly now: EpochMs;
  /** How long ago a point may end. */
  readonly maxAgeMs: DurationMs;
  /** How far ahead of `now` a point may end: clocks differ. */
  readonly maxFutureMs: DurationMs;
}

/** The seconds a point covers, all inside one five-minute window; seconds since 1970 UTC. */
export interface Cover {
  /** Start of the window. */
  readonly window: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The cover of a point about a window. */
export function readCover(
  point: { readonly startTimeUnixNano: bigint; readonly timeUnixNano: bigint },
  accepted: AcceptedTime,
): Cover | Refusal {
  const to = readMoment(point, accepted);
  if (to instanceof Refusal) return to;
  if (point.startTimeUnixNano === 0n) {
    return new Refusal('TT_WIRE_POINT_COVER', 'no start time', 'the start of the seconds covered');
  }
  const from = nearestSecond(point.startTimeUnixNano);
  const window = from - (from % WINDOW_SECONDS);
  if (from < to && to <= window + WINDOW_SECONDS) return { window, from, to };
  return new Refusal(
    'TT_WIRE_POINT_COVER',
    `seconds ${from} to ${to}`,
    `at least one second within one UTC window of ${WINDOW_SECONDS} s`,
  );
}

/** The time of a point about a moment, in whole seconds since 1970 UTC. */
export function readMoment(
  { timeUnixNano }: { readonly timeUnixNano: bigint },
  { now, maxAgeMs, maxFutureMs }: AcceptedTime,
): number | Refusal {
  const second = nearestSecond(timeUnixNano);
  const ageMs = now - msOfSeconds(second);
  if (-ageMs > maxFutureMs) {
    const found = `second ${second}, ${-ageMs} ms ahead`;
    return new Refusal('TT_WIRE_POINT_FUTURE', found, `at most ${maxFutureMs} ms: check the clock`);
  }
  if (ageMs > maxAgeMs) {
    const found = `second ${second}, ${ageMs} ms ago`;
    return new Refusal('TT_WIRE_POINT_TOO_OLD', found, `at most ${maxAgeMs} ms`);
  }
  return second;
}

/** A number from 0 up, whole or not as it is on the wire. */
export function readNumber({ value, flags }: NumberDataPoint): number | Refusal {
  if (value.case === undefined || (flags & NO_VALUE) !== 0) return noValue();
  // Adding zero turns -0 into 0.
  const found = Number(value.value) + 0;
  return checkNumber(found, 'value') ?? found;
}

/** A count or a size in bytes: 0 to 2^53 - 1. */
export function readWholeNumber(point: NumberDataPoint): number | Refusal {
  const found = readNumber(point);
  if (found instanceof Refusal || Number.isSafeInteger(found)) return found;
  return new Refusal('TT_WIRE_POINT_VALUE', `value ${found}`, 'a whole number below 2^53');
}

/**
 * The samples of an exponential histogram point; undefined where it counts none. A sum, minimum or maximum that
 * the sender left out is estimated from the buckets, as well as they can tell it.
 */
export function readSketch(point: ExponentialHistogramDataPoint): Sketch | undefined | Refusal {
  if ((point.flags & NO_VALUE) !== 0) return noValue();
  const bad = checkBuckets(point);
  if (bad !== undefined) return bad;
  if (point.count === 0n) return undefined;
  const { sum, min, max } = point;
  const outOfRange = checkNumber(sum, 'sum') ?? checkNumber(min, 'min') ?? checkNumber(max, 'max');
  return outOfRange ?? buildSketch(point);
}

function buildSketch(point: ExponentialHistogramDataPoint): Sketch | Refusal {
  const { positive, count, zeroCount, scale, sum, min, max } = point;
  try {
    return Sketch.fromParts({
      scale,
      sum,
      min,
      max,
      count: Number(count),
      zeroCount: Number(zeroCount),
      offset: positive?.offset ?? 0,
      bucketCounts: Array.from(positive?.bucketCounts ?? [], Number),
    });
  } catch (error) {
    if (!(error instanceof SketchError)) throw error;
    const expected = `buckets, count, sum, min and max that agree (${error.message})`;
    return new Refusal('TT_WIRE_POINT_BUCKETS', 'a histogram against itself', expected);
  }
}

/** OTLP's own range of scales; outside it a bucket boundary is no number. */
const MIN_SCALE = -10;
const MAX_SCALE = 20;
/**
 * Senders may call everything up to a threshold zero. Up to a billionth of a core or of a byte that is as good as
 * zero (libraries commonly write 1e-128 or so); above it the zero bucket would hide real samples.
 */
const MAX_ZERO_THRESHOLD = 1e-9;

function checkBuckets(point: ExponentialHistogramDataPoint): Refusal | undefined {
  const { count, zeroCount, scale, positive, negative, zeroThreshold } = point;
  if (negative?.bucketCounts.some((bucket) => bucket > 0n)) {
    return new Refusal('TT_WIRE_POINT_NEGATIVE', 'samples below zero', 'none');
  }
  const problem = (found: string, expected: string) =>
    new Refusal('TT_WIRE_POINT_BUCKETS', found, expected);
  if (scale < MIN_SCALE || scale > MAX_SCALE) {
    return problem(`scale ${scale}`, `${MIN_SCALE} to ${MAX_SCALE}`);
  }
  if (zeroCount > 0n && !(zeroThreshold >= 0 && zeroThreshold <= MAX_ZERO_THRESHOLD)) {
    return problem(`zero threshold ${zeroThreshold}`, `0 to ${MAX_ZERO_THRESHOLD}`);
  }
  let total = zeroCount;
  for (const bucket of positive?.bucketCounts ?? []) total += bucket;
  if (total !== count) return problem(`buckets that add up to ${total}`, `the count ${count}`);
  if (count > Number.MAX_SAFE_INTEGER) return problem(`count ${count}`, 'below 2^53');
  return undefined;
}

function checkNumber(found: number | undefined, what: string): Refusal | undefined {
  if (found === undefined) return undefined;
  if (!Number.isFinite(found)) {
    return new Refusal('TT_WIRE_POINT_NOT_FINITE', `${what} ${found}`, 'a finite number');
  }
  if (found < 0) return new Refusal('TT_WIRE_POINT_NEGATIVE', `${what} ${found}`, '0 or more');
  return undefined;
}

function noValue(): Refusal {
  const expected = 'a number; leave out what was not measured';
  return new Refusal('TT_WIRE_POINT_VALUE', 'a point without a value', expected);
}
