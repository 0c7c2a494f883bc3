/**
 * A sum of small regression trees whose logistic is a probability. Trees lie one after another in flat
 * typed arrays; a node is one place in them:
 *
 *     feature >= 0    inner node: go to `left` where value <= threshold, to the node behind it otherwise
 *     feature  < 0    leaf: `threshold` holds what it adds to the log-odds
 *
 * All numbers are 32-bit floats, so that a stored ensemble predicts exactly what the trained one did.
 */
export interface TreeEnsemble {
  readonly features: number;
  /** Log-odds before the first tree. */
  readonly base: number;
  /** Place of each tree's root. */
  readonly roots: Int32Array;
  readonly feature: Int8Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
}

/** Log-odds for one row of features that starts at `offset` in `rows`. */
export function logOdds(trees: TreeEnsemble, rows: Float32Array, offset = 0): number {
  const { roots, feature, threshold, left } = trees;
  let sum = trees.base;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree] ?? 0;
    let split = feature[node] ?? -1;
    while (split >= 0) {
      const isAbove = (rows[offset + split] ?? 0) > (threshold[node] ?? 0);
      node = (left[node] ?? 0) + (isAbove ? 1 : 0);
      split = feature[node] ?? -1;
    }
    sum += threshold[node] ?? 0;
  }
  return sum;
}

/** The logistic function: log-odds to a probability. */
export function probability(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
