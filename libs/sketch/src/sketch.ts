import { MAX_SCALE, MIN_SCALE } from './bucket.ts';
import { Buckets } from './buckets.ts';
import { SketchError } from './errors.ts';
import { checkParts, type SketchParts } from './parts.ts';
import { countAboveIn, quantileOf } from './read.ts';
import { MOST_BUCKETS, type Totals } from './totals.ts';

/** Scale of all sketches unless told otherwise: buckets 2.19 % wide, values known to 1.083 %. */
export const DEFAULT_SCALE = 5;
/** Buckets a sketch spans at most unless told otherwise: 32 octaves at scale 5, a byte to 4 GiB. */
export const DEFAULT_MAX_BUCKETS = 1024;
const LEAST_BUCKETS = 4;

/** How fine and how large a sketch may be. */
export interface SketchOptions {
  /** -10 to 20, default 5. Lowered by the sketch itself where the bucket limit needs it. */
  readonly scale?: number;
  /** 4 to 4,096, default 1,024. */
  readonly maxBuckets?: number;
}

/** The way of this package's own codec to what a sketch hides; `index.ts` does not export it. */
export interface SketchInside {
  readonly bucketsOf: (sketch: Sketch) => Buckets;
  readonly addTotals: (sketch: Sketch, totals: Totals) => void;
}

/** Set once, by the class below, which alone can reach its private fields. */
export let inside: SketchInside;

/**
 * A distribution of values from zero up in logarithmic buckets: a base-2 exponential histogram with
 * OpenTelemetry's bucket boundaries (see bucket.ts), an exact count of zeros, and exact count, sum,
 * minimum and maximum. Merging is exact, in any order and grouping, but for the last bits of the sum.
 * The sum stops at the largest double; counts stop being accepted at 2^53.
 */
export class Sketch {
  #buckets: Buckets;
  #zeroCount = 0;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  static {
    inside = {
      bucketsOf: (sketch) => sketch.#buckets,
      addTotals: (sketch, totals) => sketch.#addTotals(totals),
    };
  }

  /** An empty sketch. Options outside their range: SketchError TT_SKETCH_BAD_OPTION. */
  constructor(options: SketchOptions = {}) {
    const scale = whole('scale', options.scale ?? DEFAULT_SCALE, MIN_SCALE, MAX_SCALE);
    const limit = options.maxBuckets ?? DEFAULT_MAX_BUCKETS;
    this.#buckets = new Buckets(scale, whole('maxBuckets', limit, LEAST_BUCKETS, MOST_BUCKETS));
  }

  /** A sketch of the given values; refuses the same values as `add`. */
  static of(values: Iterable<number>, options: SketchOptions = {}): Sketch {
    const sketch = new Sketch(options);
    for (const value of values) sketch.add(value);
    return sketch;
  }

  /**
   * Builds a sketch from the fields of a histogram that came from outside. An absent sum, minimum or
   * maximum is estimated from the buckets. Fields that contradict each other: SketchError
   * TT_SKETCH_BAD_PARTS. More buckets than `options.maxBuckets` lower the scale.
   */
  static fromParts(parts: SketchParts, options: Omit<SketchOptions, 'scale'> = {}): Sketch {
    const totals = checkParts(parts);
    const sketch = new Sketch({ ...options, scale: parts.scale });
    const buckets = sketch.#buckets;
    for (let slot = 0; slot < parts.bucketCounts.length; slot += 1) {
      const count = parts.bucketCounts[slot] ?? 0;
      if (count > 0) buckets.add(parts.offset + slot, parts.scale, count);
    }
    sketch.#addTotals(totals);
    return sketch;
  }

  /** Scale in force: at most the one asked for, lower where the bucket limit needed it. */
  get scale(): number {
    return this.#buckets.scale;
  }

  /** Number of values added. */
  get count(): number {
    return this.#count;
  }

  /** Sum of all values; zero when empty. */
  get sum(): number {
    return this.#sum;
  }

  /** Least value, exact; undefined when empty. */
  get min(): number | undefined {
    return this.#count === 0 ? undefined : this.#min;
  }

  /** Greatest value, exact; undefined when empty. */
  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }

  /** Number of values that are exactly zero. */
  get zeroCount(): number {
    return this.#zeroCount;
  }

  /** Bucket number of the first of `bucketCounts`; zero where there is none. */
  get offset(): number {
    return this.#buckets.high < this.#buckets.low ? 0 : this.#buckets.low;
  }

  /** Counts of the buckets from the lowest to the highest in use; a fresh array at each call. */
  get bucketCounts(): readonly number[] {
    return this.#buckets.toArray();
  }

  /** The bucket limit. */
  get maxBuckets(): number {
    return this.#buckets.limit;
  }

  /**
   * Adds a value `count` times. NaN, infinite and negative values are refused with SketchError
   * TT_SKETCH_BAD_VALUE, a count that is no whole number from 1, or takes the total past 2^53, with
   * TT_SKETCH_BAD_COUNT. About 30 ns.
   */
  add(value: number, count = 1): void {
    if (!(value >= 0 && value <= Number.MAX_VALUE)) throw badValue(value);
    if (count !== 1 && !(Number.isSafeInteger(count) && count > 0)) throw badCount(count);
    const total = this.#count + count;
    if (total > Number.MAX_SAFE_INTEGER) throw tooMany(total);
    if (value === 0) this.#zeroCount += count;
    else this.#buckets.addValue(value, count);
    this.#count = total;
    this.#sum = Math.min(this.#sum + value * count, Number.MAX_VALUE);
    // Adding zero turns -0 into 0.
    if (value < this.#min) this.#min = value + 0;
    if (value > this.#max) this.#max = value + 0;
  }

  /**
   * Adds all values of another sketch, which stays as it is, and returns this one. The result has the
   * lower of the two scales, or a lower one yet where the bucket limit needs it. A total count past
   * 2^53: SketchError TT_SKETCH_BAD_COUNT, nothing changed.
   */
  merge(other: Sketch): this {
    const total = this.#count + other.#count;
    if (total > Number.MAX_SAFE_INTEGER) throw tooMany(total);
    this.#buckets.addAll(other.#buckets);
    this.#addTotals({
      count: other.#count,
      zeroCount: other.#zeroCount,
      sum: other.#sum,
      min: other.#min,
      max: other.#max,
    });
    return this;
  }

  /** An independent copy. */
  clone(): Sketch {
    const copy = new Sketch({ scale: this.scale, maxBuckets: this.maxBuckets });
    copy.#buckets = this.#buckets.clone();
    copy.#zeroCount = this.#zeroCount;
    copy.#count = this.#count;
    copy.#sum = this.#sum;
    copy.#min = this.#min;
    copy.#max = this.#max;
    return copy;
  }

  /**
   * Lowers the scale by a whole number of steps, each joining buckets in pairs; exact, as if the values
   * had been added at that scale. Below scale -10: SketchError TT_SKETCH_BAD_OPTION. Returns this sketch.
   */
  downscale(by: number): this {
    this.#buckets.downscale(whole('downscale', by, 0, this.scale - MIN_SCALE));
    return this;
  }

  /**
   * The smallest value such that at least the share `q` of all values is at or below it, off by at
   * most half a bucket (1.083 % at scale 5) and never outside [min, max]; q = 0 gives min, 1 gives
   * max, both exact. Undefined when empty; q outside 0 to 1 or NaN: SketchError TT_SKETCH_BAD_QUANTILE.
   */
  quantile(q: number): number | undefined {
    if (!(q >= 0 && q <= 1)) throw badQuantile(q);
    if (this.#count === 0) return undefined;
    return quantileOf(this.#buckets, q, this.#totals());
  }

  /**
   * How many values lie above the given one; inside a bucket they are taken to be spread evenly. A
   * whole number wherever the value is no bucket's inside. From 0 to `count`, never rising with the
   * value; 0 when empty. NaN: SketchError TT_SKETCH_BAD_VALUE; negative gives `count`.
   */
  countAbove(value: number): number {
    if (Number.isNaN(value)) throw badValue(value);
    return countAboveIn(this.#buckets, value, this.#totals());
  }

  /** Sum over count, exact but for the sum's last bits; undefined when empty. */
  mean(): number | undefined {
    if (this.#count === 0) return undefined;
    return Math.min(Math.max(this.#sum / this.#count, this.#min), this.#max);
  }

  #totals(): Totals {
    return {
      count: this.#count,
      zeroCount: this.#zeroCount,
      sum: this.#sum,
      min: this.#min,
      max: this.#max,
    };
  }

  #addTotals(totals: Totals): void {
    this.#count += totals.count;
    this.#zeroCount += totals.zeroCount;
    this.#sum = Math.min(this.#sum + totals.sum, Number.MAX_VALUE);
    this.#min = Math.min(this.#min, totals.min);
    this.#max = Math.max(this.#max, totals.max);
  }
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SketchError(
    'TT_SKETCH_BAD_OPTION',
    `found ${name} ${value}; expected a whole number from ${least} to ${most}`,
  );
}

function badValue(value: number): SketchError {
  return new SketchError(
    'TT_SKETCH_BAD_VALUE',
    `found value ${value}; expected a finite number from zero up: leave out what was not measured`,
  );
}

function badCount(count: number): SketchError {
  return new SketchError(
    'TT_SKETCH_BAD_COUNT',
    `found count ${count}; expected a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`,
  );
}

function tooMany(total: number): SketchError {
  return new SketchError(
    'TT_SKETCH_BAD_COUNT',
    `found ${total} values in one sketch; expected at most ${Number.MAX_SAFE_INTEGER}: start a new one`,
  );
}

function badQuantile(q: number): SketchError {
  return new SketchError(
    'TT_SKETCH_BAD_QUANTILE',
    `found quantile ${q}; expected a share from 0 to 1, such as 0.95`,
  );
}
