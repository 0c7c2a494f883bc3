/**
 * The histogram of the Kubernetes Vertical Pod Autoscaler, decay included.
 *
 *     bucket b starts at   first * (ratio^b - 1) / (ratio - 1)
 *     value v lies in      trunc(ln(v * (ratio - 1) / first + 1) / ln(ratio)), 0 below `first`
 *     weight at time t     w * 2^((t - reference) / halfLife), so only ratios of weights matter
 *
 * A percentile is read as the END of the bucket in which it falls: every answer is rounded up.
 * Bit-exact with the original on the golden vectors in vpa.test.ts.
 */

/** Shape of a histogram; all values in the unit of the samples. */
export interface VpaBuckets {
  /** Width of the first bucket. */
  readonly first: number;
  /** Largest value told apart. */
  readonly max: number;
  /** Each bucket is this much wider than the one before. */
  readonly ratio: number;
}

/** CPU in cores: 10 m first, 1,000 cores at most, 176 buckets. */
export const VPA_CPU_BUCKETS: VpaBuckets = { first: 0.01, max: 1000, ratio: 1.05 };
/** Memory in bytes: 10 MB first, 1 TB at most, 176 buckets. */
export const VPA_MEMORY_BUCKETS: VpaBuckets = { first: 1e7, max: 1e12, ratio: 1.05 };

/** A bucket lighter than this counts as empty. */
const EPSILON = 1e-4;
/** The reference time moves once a sample is this many half-lives past it. */
const HALF_LIVES_BEFORE_SHIFT = 100;
/** Milliseconds from 0001-01-01T00:00Z, the origin that half-lives are counted from, to 1970. */
const YEAR_ONE_TO_EPOCH_MS = 62_135_596_800_000;

/** A weighted histogram whose old samples fade by half each half-life. Times are milliseconds since 1970. */
export class VpaHistogram {
  readonly #shape: VpaBuckets;
  readonly #halfLifeMs: number;
  readonly #weights: Float64Array;
  readonly #logRatio: number;
  #total = 0;
  #lowest: number;
  #highest = 0;
  #referenceMs = 0;

  /** An empty histogram. */
  constructor(shape: VpaBuckets, halfLifeMs: number) {
    this.#shape = shape;
    this.#halfLifeMs = halfLifeMs;
    this.#logRatio = Math.log(shape.ratio);
    const whole = Math.log((shape.max * (shape.ratio - 1)) / shape.first + 1) / this.#logRatio;
    this.#weights = new Float64Array(Math.ceil(whole) + 1);
    this.#lowest = this.#weights.length - 1;
  }

  /** Number of buckets. */
  get size(): number {
    return this.#weights.length;
  }

  /** Whether nothing of weight was added. */
  get isEmpty(): boolean {
    return this.#weight(this.#lowest) < EPSILON;
  }

  /** The bucket of a value, from 0; values past the last bucket fall into it. */
  bucketOf(value: number): number {
    const { first, ratio } = this.#shape;
    if (value < first) return 0;
    const bucket = Math.trunc(Math.log((value * (ratio - 1)) / first + 1) / this.#logRatio);
    return Math.min(bucket, this.size - 1);
  }

  /** Where a bucket starts. */
  startOf(bucket: number): number {
    const { first, ratio } = this.#shape;
    return bucket === 0 ? 0 : (first * (ratio ** bucket - 1)) / (ratio - 1);
  }

  /** Adds a value of the given weight at a time. */
  add(value: number, weight: number, timeMs: number): void {
    const bucket = this.bucketOf(value);
    const decayed = weight * this.#decayAt(timeMs);
    this.#weights[bucket] = this.#weight(bucket) + decayed;
    this.#total += decayed;
    if (this.#weight(bucket) < EPSILON) return;
    this.#lowest = Math.min(this.#lowest, bucket);
    this.#highest = Math.max(this.#highest, bucket);
  }

  /** Takes a value out again that was added with the same weight and time. */
  subtract(value: number, weight: number, timeMs: number): void {
    const bucket = this.bucketOf(value);
    const decayed = weight * this.#decayAt(timeMs);
    this.#weights[bucket] = atLeastEpsilon(this.#weight(bucket) - decayed);
    this.#total = atLeastEpsilon(this.#total - decayed);
    this.#shrinkBounds();
  }

  /** Adds all of another histogram of the same shape and half-life; both move to the newer reference. */
  merge(other: VpaHistogram): void {
    if (this.#referenceMs < other.#referenceMs) this.#shiftTo(other.#referenceMs);
    else if (other.#referenceMs < this.#referenceMs) other.#shiftTo(this.#referenceMs);
    for (let bucket = other.#lowest; bucket <= other.#highest; bucket += 1) {
      this.#weights[bucket] = this.#weight(bucket) + other.#weight(bucket);
    }
    this.#total += other.#total;
    this.#lowest = Math.min(this.#lowest, other.#lowest);
    this.#highest = Math.max(this.#highest, other.#highest);
  }

  /** The end of the bucket at which the share `p` (0 to 1) of all weight is reached; 0 when empty. */
  percentile(p: number): number {
    if (this.isEmpty) return 0;
    const threshold = p * this.#total;
    let seen = 0;
    let bucket = this.#lowest;
    for (; bucket < this.#highest; bucket += 1) {
      seen += this.#weight(bucket);
      if (seen >= threshold) break;
    }
    return this.startOf(Math.min(bucket + 1, this.size - 1));
  }

  #weight(bucket: number): number {
    return this.#weights[bucket] ?? 0;
  }

  #decayAt(timeMs: number): number {
    const sinceYearOneMs = timeMs + YEAR_ONE_TO_EPOCH_MS;
    if (sinceYearOneMs > this.#referenceMs + this.#halfLifeMs * HALF_LIVES_BEFORE_SHIFT) {
      // To the nearest multiple of the half-life, a half rounding up.
      const halfLives = Math.floor(sinceYearOneMs / this.#halfLifeMs + 0.5);
      this.#shiftTo(halfLives * this.#halfLifeMs);
    }
    return 2 ** ((sinceYearOneMs - this.#referenceMs) / this.#halfLifeMs);
  }

  #shiftTo(referenceMs: number): void {
    const factor = 2 ** Math.round((this.#referenceMs - referenceMs) / this.#halfLifeMs);
    this.#referenceMs = referenceMs;
    this.#total *= factor;
    for (let bucket = 0; bucket < this.size; bucket += 1) {
      this.#weights[bucket] = this.#weight(bucket) * factor;
    }
    this.#shrinkBounds();
  }

  #shrinkBounds(): void {
    while (this.#lowest < this.size - 1 && this.#weight(this.#lowest) < EPSILON) this.#lowest += 1;
    while (this.#highest > 0 && this.#weight(this.#highest) < EPSILON) this.#highest -= 1;
  }
}

function atLeastEpsilon(weight: number): number {
  return weight < EPSILON ? 0 : weight;
}
