import type { BinnedRows } from './bins.ts';
import { histogramOf, restOf, type Slopes } from './histogram.ts';
import { bestSplit, leafValue, type NodeSums, type Split, type SplitRules } from './split.ts';

/** A node as it ends up in the ensemble: see ensemble.ts. */
export interface GrownNode {
  readonly feature: number;
  readonly threshold: number;
  /** Bin of the threshold, for rows that are binned already. */
  readonly bin: number;
  /** Place of the left child; the right one follows it. */
  readonly left: number;
}

/** Limits of one tree. */
export interface GrowRules extends SplitRules {
  readonly leaves: number;
  readonly rate: number;
}

interface OpenLeaf {
  readonly place: number;
  readonly start: number;
  readonly end: number;
  readonly sums: NodeSums;
  readonly histogram: Float64Array;
  readonly split: Split | undefined;
}

/**
 * Grows one tree over the drawn rows (put in order of leaves on the way) and features, always cutting
 * the leaf that gains most. `start` is where its nodes will lie in the ensemble.
 */
export function growTree(
  data: BinnedRows,
  slopes: Slopes,
  drawn: { readonly rows: Int32Array; readonly chosen: Int32Array; readonly start: number },
  rules: GrowRules,
): GrownNode[] {
  const { rows, chosen } = drawn;
  const open = (
    place: number,
    start: number,
    end: number,
    sums: NodeSums,
    histogram: Float64Array,
  ): OpenLeaf => ({
    place,
    start,
    end,
    sums,
    histogram,
    split: bestSplit(histogram, sums, data, chosen, rules),
  });
  const rootSums = sumsOf(rows, slopes);
  const nodes: GrownNode[] = [leafOf(rootSums, rules)];
  const leaves = [
    open(
      0,
      0,
      rows.length,
      rootSums,
      histogramOf(data, slopes, { rows, start: 0, end: rows.length }, chosen),
    ),
  ];
  while (leaves.length < rules.leaves) {
    const at = mostGaining(leaves);
    const leaf = leaves[at];
    const split = leaf?.split;
    if (leaf === undefined || split === undefined) break;
    const middle = partition(data, rows, leaf, split);
    const isLeftSmall = middle - leaf.start < leaf.end - middle;
    const small = histogramOf(
      data,
      slopes,
      isLeftSmall
        ? { rows, start: leaf.start, end: middle }
        : { rows, start: middle, end: leaf.end },
      chosen,
    );
    const rest = restOf(leaf.histogram, small);
    const left = nodes.length;
    nodes[leaf.place] = innerOf(data, split, drawn.start + left);
    nodes.push(leafOf(split.left, rules), leafOf(split.right, rules));
    leaves.splice(
      at,
      1,
      open(left, leaf.start, middle, split.left, isLeftSmall ? small : rest),
      open(left + 1, middle, leaf.end, split.right, isLeftSmall ? rest : small),
    );
  }
  return nodes;
}

function sumsOf(rows: Int32Array, slopes: Slopes): NodeSums {
  let first = 0;
  let second = 0;
  for (const row of rows) {
    first += slopes.first[row] ?? 0;
    second += slopes.second[row] ?? 0;
  }
  return { first, second, count: rows.length, low: -Infinity, high: Infinity };
}

function leafOf(sums: NodeSums, rules: GrowRules): GrownNode {
  const value = Math.fround(leafValue(sums, rules.ridge) * rules.rate);
  return { feature: -1, threshold: value, bin: 0, left: 0 };
}

function innerOf(data: BinnedRows, { feature, bin }: Split, left: number): GrownNode {
  const threshold = data.edges[feature]?.[bin] ?? 0;
  return { feature, threshold, bin, left };
}

function mostGaining(leaves: readonly OpenLeaf[]): number {
  let best = -1;
  let gain = 0;
  for (const [place, leaf] of leaves.entries()) {
    if (leaf.split !== undefined && leaf.split.gain > gain) {
      gain = leaf.split.gain;
      best = place;
    }
  }
  return best;
}

/** Puts the rows that go left first, keeping each side's order; gives where the right side starts. */
function partition(
  data: BinnedRows,
  rows: Int32Array,
  { start, end }: OpenLeaf,
  { feature, bin }: Split,
): number {
  const column = feature * data.count;
  const right = new Int32Array(end - start);
  let kept = start;
  let moved = 0;
  for (let slot = start; slot < end; slot += 1) {
    const row = rows[slot] ?? 0;
    if ((data.bins[column + row] ?? 0) <= bin) {
      rows[kept] = row;
      kept += 1;
    } else {
      right[moved] = row;
      moved += 1;
    }
  }
  rows.set(right.subarray(0, moved), kept);
  return kept;
}
