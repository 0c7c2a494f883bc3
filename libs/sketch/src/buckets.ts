import { bucketIndex } from './bucket.ts';

/** Slots made at the first insert; most five-minute sketches never need more. */
const FIRST_CAPACITY = 16;

/**
 * The counts of a sketch: one dense array over the buckets between the lowest and the highest in use.
 * When a new bucket would make that span longer than `limit`, the scale goes down until it fits, so
 * the scale reached depends only on what was added, never on its order. Methods change this object.
 */
export class Buckets {
  readonly limit: number;
  scale: number;
  /** Lowest and highest bucket in use; `high < low` while there is none. */
  low = 0;
  high = -1;
  /** Bucket number of slot 0. */
  first = 0;
  counts: number[] = [];

  constructor(scale: number, limit: number) {
    this.scale = scale;
    this.limit = limit;
  }

  /** Adds to the bucket of a value above zero. The hot path: one logarithm, two comparisons. */
  addValue(value: number, count: number): void {
    const index = bucketIndex(value, this.scale);
    if (index >= this.low && index <= this.high) {
      this.counts[index - this.first] = (this.counts[index - this.first] ?? 0) + count;
    } else {
      this.add(index, this.scale, count);
    }
  }

  /** Adds to a bucket named at `scale`, which is at least the own one once the room was made. */
  add(index: number, scale: number, count: number): void {
    this.include(index, index, scale);
    this.addKnown(index >> (scale - this.scale), count);
  }

  /** Adds to a bucket that `include` has made room for. */
  addKnown(index: number, count: number): void {
    const slot = index - this.first;
    this.counts[slot] = (this.counts[slot] ?? 0) + count;
  }

  /** The count of a bucket; zero outside the ones in use. */
  at(index: number): number {
    return index < this.low || index > this.high ? 0 : (this.counts[index - this.first] ?? 0);
  }

  /** Makes room for buckets low to high of `scale`, and lowers the own scale as far as that and the limit ask. */
  include(low: number, high: number, scale: number): void {
    this.lowerTo(scale);
    let shift = scale - this.scale;
    const empty = this.high < this.low;
    let lowest = empty ? low >> shift : Math.min(this.low, low >> shift);
    let highest = empty ? high >> shift : Math.max(this.high, high >> shift);
    let by = 0;
    while ((highest >> by) - (lowest >> by) >= this.limit) by += 1;
    if (by > 0) {
      this.downscale(by);
      shift += by;
      lowest >>= by;
      highest >>= by;
    }
    this.#reserve(lowest, highest);
  }

  /** Adds all counts of another, which may be this very object. */
  addAll(other: Buckets): void {
    this.lowerTo(other.scale);
    if (other.high < other.low) return;
    const { low, high, scale } = other;
    this.include(low, high, scale);
    // Both are read again: making room may have lowered the scale of `other` too, if it is this one.
    const shift = other.scale - this.scale;
    for (let index = other.low; index <= other.high; index += 1) {
      this.addKnown(index >> shift, other.at(index));
    }
  }

  /** Lowers the scale to the given one where that is lower. */
  lowerTo(scale: number): void {
    if (scale < this.scale) this.downscale(this.scale - scale);
  }

  /** Joins 2^by buckets into one; exact, since every coarse bucket is a whole number of fine ones. */
  downscale(by: number): void {
    this.scale -= by;
    if (this.high < this.low) return;
    const counts = this.counts;
    const from = this.first;
    const low = this.low >> by;
    const high = this.high >> by;
    const joined = zeros(high - low + 1);
    for (let index = this.low; index <= this.high; index += 1) {
      const slot = (index >> by) - low;
      joined[slot] = (joined[slot] ?? 0) + (counts[index - from] ?? 0);
    }
    this.counts = joined;
    this.first = low;
    this.low = low;
    this.high = high;
  }

  clone(): Buckets {
    const copy = new Buckets(this.scale, this.limit);
    copy.low = this.low;
    copy.high = this.high;
    copy.first = this.low;
    copy.counts = this.toArray();
    return copy;
  }

  /** A fresh array of the counts from the lowest to the highest bucket in use. */
  toArray(): number[] {
    return this.counts.slice(this.low - this.first, this.high - this.first + 1);
  }

  #reserve(low: number, high: number): void {
    const length = this.counts.length;
    if (low < this.first || high >= this.first + length) {
      const span = high - low + 1;
      const capacity = Math.min(
        this.limit,
        Math.max(span, span === 1 ? FIRST_CAPACITY : 2 * length),
      );
      // Room is left on both sides: samples scatter around what is there.
      const first = low - ((capacity - span) >> 1);
      const grown = zeros(capacity);
      for (let index = this.low; index <= this.high; index += 1) {
        grown[index - first] = this.counts[index - this.first] ?? 0;
      }
      this.counts = grown;
      this.first = first;
    }
    this.low = low;
    this.high = high;
  }
}

/** A plain array: making a typed one costs more than all that a five-minute sketch does with it. */
function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}
