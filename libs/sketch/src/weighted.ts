import { bucketMiddle } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import { SketchError } from './errors.ts';
import { clamp } from './read.ts';
import { inside, type Sketch } from './sketch.ts';
import { MOST_BUCKETS } from './totals.ts';

/** A sketch and what each of its values counts for: any finite number from zero up. */
export interface WeightedSketch {
  readonly sketch: Sketch;
  readonly weight: number;
}

/** Weights are sums of rounded products; a rank this close to a bucket's end counts as reached. */
const RANK_SLACK = 1e-12;

/**
 * The weight of something of the given age: 2^(-age / halfLife), 1 at age zero. An infinite half-life
 * forgets nothing. Age negative or not finite, half-life not above zero: SketchError TT_SKETCH_BAD_WEIGHT.
 */
export function decayWeight(ageMs: number, halfLifeMs: number): number {
  if (!(ageMs >= 0 && Number.isFinite(ageMs)) || !(halfLifeMs > 0)) {
    throw new SketchError(
      'TT_SKETCH_BAD_WEIGHT',
      `found age ${ageMs} ms and half-life ${halfLifeMs} ms; expected an age from zero up and a half-life above zero`,
    );
  }
  return 2 ** (-ageMs / halfLifeMs);
}

/**
 * The smallest value such that at least the share `q` of all weight lies at or below it, as
 * `Sketch.quantile` gives it where all weights are equal; q = 0 and 1 give the exact ends. Read from the sketches as they are, nothing
 * is stored: the lowest scale among them decides the error. Undefined where no weight is left; a
 * weight that is negative or not finite: TT_SKETCH_BAD_WEIGHT; q outside 0 to 1: TT_SKETCH_BAD_QUANTILE.
 */
export function weightedQuantile(parts: readonly WeightedSketch[], q: number): number | undefined {
  if (!(q >= 0 && q <= 1)) {
    throw new SketchError('TT_SKETCH_BAD_QUANTILE', `found quantile ${q}; expected 0 to 1`);
  }
  const used = parts.filter(hasWeight);
  if (used.length === 0) return undefined;
  const pool = poolOf(used);
  if (q === 0) return pool.min;
  if (q === 1) return pool.max;
  const rank = q * pool.total * (1 - RANK_SLACK);
  let seen = pool.zeroWeight;
  if (rank <= seen && seen > 0) return 0;
  for (let slot = 0; slot < pool.weights.length; slot += 1) {
    const weight = pool.weights[slot] ?? 0;
    seen += weight;
    if (weight > 0 && seen >= rank) {
      return clamp(bucketMiddle(pool.low + slot, pool.scale), pool.min, pool.max);
    }
  }
  return pool.max;
}

interface Pool {
  readonly scale: number;
  /** Bucket number of the first weight. */
  readonly low: number;
  readonly weights: Float64Array;
  readonly zeroWeight: number;
  readonly total: number;
  readonly min: number;
  readonly max: number;
}

function poolOf(parts: readonly WeightedSketch[]): Pool {
  const { scale, low, high } = commonSpan(parts.map((part) => inside.bucketsOf(part.sketch)));
  const weights = new Float64Array(high - low + 1);
  let zeroWeight = 0;
  let total = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const { sketch, weight } of parts) {
    addWeights(weights, inside.bucketsOf(sketch), { weight, low, scale });
    zeroWeight += weight * sketch.zeroCount;
    total += weight * sketch.count;
    min = Math.min(min, sketch.min ?? min);
    max = Math.max(max, sketch.max ?? max);
  }
  return { scale, low, weights, zeroWeight, total, min, max };
}

/** Changes `weights`. */
function addWeights(
  weights: Float64Array,
  buckets: Buckets,
  into: { readonly weight: number; readonly low: number; readonly scale: number },
): void {
  const shift = buckets.scale - into.scale;
  for (let index = buckets.low; index <= buckets.high; index += 1) {
    const slot = (index >> shift) - into.low;
    weights[slot] = (weights[slot] ?? 0) + into.weight * buckets.at(index);
  }
}

/** The buckets that hold all others, at the finest scale that all can be brought to within the limit. */
function commonSpan(all: readonly Buckets[]): { scale: number; low: number; high: number } {
  let scale = Math.min(...all.map((buckets) => buckets.scale));
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const buckets of all) {
    if (buckets.high < buckets.low) continue;
    low = Math.min(low, buckets.low >> (buckets.scale - scale));
    high = Math.max(high, buckets.high >> (buckets.scale - scale));
  }
  if (high < low) return { scale, low: 0, high: -1 };
  while (high - low >= MOST_BUCKETS) {
    scale -= 1;
    low >>= 1;
    high >>= 1;
  }
  return { scale, low, high };
}

function hasWeight(part: WeightedSketch): boolean {
  if (!(part.weight >= 0 && Number.isFinite(part.weight))) {
    throw new SketchError(
      'TT_SKETCH_BAD_WEIGHT',
      `found weight ${part.weight}; expected a finite number from zero up`,
    );
  }
  return part.weight > 0 && part.sketch.count > 0;
}
