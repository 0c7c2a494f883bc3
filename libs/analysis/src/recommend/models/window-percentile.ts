import { bucketMiddle, type Sketch } from '@trimtab/sketch';
import type { DemandDay } from '../../demand/index.ts';
import type { ModelRun } from './model.ts';

/** Weights are scaled back before they leave the doubles. */
const LARGEST_WEIGHT = 2 ** 500;
const BUCKETS_AT_START = 64;

/**
 * A percentile of all 5-minute windows, each weighing half for each half-life of its day's age.
 * Kept as one running array of bucket weights, so that a day costs one pass over its sketch. Throttled
 * time is added as its own average under the same weights.
 */
export class WindowPercentileRun implements ModelRun {
  readonly #percentile: number;
  readonly #halfLifeDays: number;
  #weights = new Float64Array(BUCKETS_AT_START);
  /** Bucket number of the first weight. */
  #first = 0;
  #scale: number | undefined;
  #total = 0;
  #throttledSum = 0;
  #origin = 0;
  #toAmount = 1;

  constructor(options: { readonly percentile: number; readonly halfLifeDays: number }) {
    this.#percentile = options.percentile;
    this.#halfLifeDays = options.halfLifeDays;
  }

  observe(day: DemandDay): void {
    const sketch = day.windows;
    if (sketch.count === 0) return;
    const weight = this.#weightOf(day.day);
    const counts = sketch.bucketCounts;
    this.#include(sketch, counts.length);
    const shift = sketch.scale - (this.#scale ?? sketch.scale);
    const offset = sketch.offset;
    for (let slot = 0; slot < counts.length; slot += 1) {
      const place = ((offset + slot) >> shift) - this.#first;
      this.#weights[place] = (this.#weights[place] ?? 0) + (counts[slot] ?? 0) * weight;
    }
    this.#total += sketch.count * weight;
    this.#throttledSum += day.throttled * sketch.count * weight;
    this.#toAmount = day.toAmount;
  }

  base(): number | undefined {
    if (this.#scale === undefined) return undefined;
    const throttled = this.#throttledSum / this.#total;
    // Read from the top, where the answer lies.
    const rest = (1 - this.#percentile) * this.#total;
    let above = 0;
    for (let slot = this.#weights.length - 1; slot >= 0; slot -= 1) {
      above += this.#weights[slot] ?? 0;
      if (above > rest) {
        return bucketMiddle(this.#first + slot, this.#scale) * this.#toAmount + throttled;
      }
    }
    return throttled;
  }

  #weightOf(day: number): number {
    if (this.#scale === undefined) this.#origin = day;
    const weight = 2 ** ((day - this.#origin) / this.#halfLifeDays);
    if (weight <= LARGEST_WEIGHT) return weight;
    this.#origin = day;
    this.#weights = this.#weights.map((value) => value / weight);
    this.#total /= weight;
    this.#throttledSum /= weight;
    return 1;
  }

  /** Makes room for a sketch's buckets, at the coarser of the two scales. */
  #include(sketch: Sketch, size: number): void {
    if (this.#scale === undefined) {
      this.#scale = sketch.scale;
      this.#first = sketch.offset - BUCKETS_AT_START / 4;
    } else if (sketch.scale < this.#scale) {
      this.#coarsen(this.#scale - sketch.scale);
    }
    if (size === 0) return;
    const shift = sketch.scale - this.#scale;
    const low = sketch.offset >> shift;
    const high = (sketch.offset + size - 1) >> shift;
    const end = this.#first + this.#weights.length;
    if (low >= this.#first && high < end) return;
    const first = Math.min(low, this.#first);
    const grown = new Float64Array(Math.max(high + 1, end) - first);
    grown.set(this.#weights, this.#first - first);
    this.#weights = grown;
    this.#first = first;
  }

  #coarsen(by: number): void {
    const first = this.#first >> by;
    const last = (this.#first + this.#weights.length - 1) >> by;
    const joined = new Float64Array(last - first + 1);
    for (const [slot, weight] of this.#weights.entries()) {
      const place = ((this.#first + slot) >> by) - first;
      joined[place] = (joined[place] ?? 0) + weight;
    }
    this.#weights = joined;
    this.#first = first;
    this.#scale = (this.#scale ?? 0) - by;
  }
}
