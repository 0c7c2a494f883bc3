/**
 * The boundaries of the base-2 exponential histogram, as OpenTelemetry defines them.
 *
 *     base = 2^(2^-scale)        bucket i holds base^i < value <= base^(i+1)
 *
 *     scale   base     bucket of 1   of 1.5   of 2   of 4
 *       5     1.0219       -1           18      31     63
 *       0     2            -1            0       0      1
 *      -1     4            -1            0       0      0
 *
 * A boundary is the double `2^(fraction) * 2^(whole)` nearest to the real number, computed the same
 * way at every scale, so bucket i of one scale is exactly buckets 2i and 2i+1 of the next.
 */

/** Coarsest scale: three buckets hold every double. */
export const MIN_SCALE = -10;
/** Finest scale; bucket numbers still fit 32 bits. */
export const MAX_SCALE = 20;

/** Below this doubles lose digits; such values are first moved up by a power of two, which is exact. */
const LEAST_NORMAL = 2 ** -1022;
const LIFT_POWER = 200;
/** Relative error allowed for the logarithm before the boundary itself is asked; the true one is some 1e-16 * 1074. */
const LOG_DOUBT = 1e-12;

/** The bucket of a value above zero; a value on a boundary belongs to the lower bucket. Some 15 ns. */
export function bucketIndex(value: number, scale: number): number {
  if (scale < 0) return bucketIndex(value, 0) >> -scale;
  const bucketsPerOctave = 1 << scale;
  if (value < LEAST_NORMAL) {
    return bucketIndex(value * 2 ** LIFT_POWER, scale) - LIFT_POWER * bucketsPerOctave;
  }
  const position = Math.log2(value) * bucketsPerOctave;
  const next = Math.ceil(position);
  const distance = next - position;
  const doubt = LOG_DOUBT * bucketsPerOctave;
  if (distance > doubt && distance < 1 - doubt) return next - 1;
  const nearest = distance <= doubt ? next : next - 1;
  return value <= boundary(nearest, bucketsPerOctave) ? nearest - 1 : nearest;
}

/** The bucket of the smallest double at a scale. */
export function lowestBucket(scale: number): number {
  return scale >= 0 ? -1_074 * (1 << scale) - 1 : Math.ceil(-1_074 * 2 ** scale) - 1;
}

/** The bucket of the greatest double at a scale. */
export function highestBucket(scale: number): number {
  return scale >= 0 ? 1_024 * (1 << scale) - 1 : Math.ceil(1_024 * 2 ** scale) - 1;
}

/** The greatest value of a bucket; the largest double where the bucket reaches past it. */
export function bucketUpper(index: number, scale: number): number {
  const upper = scale < 0 ? 2 ** ((index + 1) * 2 ** -scale) : boundary(index + 1, 1 << scale);
  return Math.min(upper, Number.MAX_VALUE);
}

/**
 * The value that stands for a bucket: off by at most (base - 1) / (base + 1) of any value inside,
 * 1.083 % at scale 5. Never zero and never above the largest double.
 */
export function bucketMiddle(index: number, scale: number): number {
  const lower = scale < 0 ? 2 ** (index * 2 ** -scale) : boundary(index, 1 << scale);
  // 1 / base rather than base, which is beyond the doubles at scale -10.
  const inverseBase = 2 ** -(2 ** -scale);
  return Math.max(lower * (2 / (1 + inverseBase)), Number.MIN_VALUE);
}

function boundary(index: number, bucketsPerOctave: number): number {
  const octave = Math.floor(index / bucketsPerOctave);
  const fraction = index / bucketsPerOctave - octave;
  return 2 ** fraction * 2 ** octave;
}
