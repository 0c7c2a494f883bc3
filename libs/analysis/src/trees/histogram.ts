import type { BinnedRows } from './bins.ts';

/** Places a feature has in a histogram: at most 64 bins, each with its three sums. */
const BINS = 64;
const SUMS = 3;
export const FEATURE_STRIDE = BINS * SUMS;

/** First and second derivative of the loss at each row; a weight of a row is already in both. */
export interface Slopes {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/**
 * Adds up slopes and rows by bin, for the chosen features one after another: first derivative, second
 * derivative, rows. `rows` from `start` to `end` are the node's.
 */
export function histogramOf(
  data: BinnedRows,
  slopes: Slopes,
  node: { readonly rows: Int32Array; readonly start: number; readonly end: number },
  chosen: Int32Array,
): Float64Array {
  const sums = new Float64Array(chosen.length * FEATURE_STRIDE);
  const { bins, count } = data;
  const { first, second } = slopes;
  const { rows, start, end } = node;
  for (let place = 0; place < chosen.length; place += 1) {
    const column = (chosen[place] ?? 0) * count;
    const base = place * FEATURE_STRIDE;
    for (let slot = start; slot < end; slot += 1) {
      const row = rows[slot] ?? 0;
      const at = base + (bins[column + row] ?? 0) * SUMS;
      sums[at] = (sums[at] ?? 0) + (first[row] ?? 0);
      sums[at + 1] = (sums[at + 1] ?? 0) + (second[row] ?? 0);
      sums[at + 2] = (sums[at + 2] ?? 0) + 1;
    }
  }
  return sums;
}

/** What is left of a parent's histogram without one child's: the other child's, at no pass over rows. */
export function restOf(parent: Float64Array, child: Float64Array): Float64Array {
  return parent.map((sum, place) => sum - (child[place] ?? 0));
}
