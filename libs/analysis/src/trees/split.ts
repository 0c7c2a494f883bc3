import type { BinnedRows } from './bins.ts';
import { FEATURE_STRIDE } from './histogram.ts';

/** What holds for every tree while it grows. */
export interface SplitRules {
  /** Fewest rows in a leaf. */
  readonly minRows: number;
  /** Added to the second derivative: pulls leaves with few rows to zero. */
  readonly ridge: number;
  /** Of each feature: 1 the probability never falls with it, -1 never rises, 0 free. */
  readonly monotone: readonly number[];
}

/** Sums over a node's rows, and the range its leaves must stay in so that monotony holds. */
export interface NodeSums {
  readonly first: number;
  readonly second: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** The best way to cut a node in two. */
export interface Split {
  readonly gain: number;
  readonly feature: number;
  /** Rows up to and including this bin go left. */
  readonly bin: number;
  readonly left: NodeSums;
  readonly right: NodeSums;
}

/** The leaf value that lowers the loss most within the allowed range. */
export function leafValue(sums: NodeSums, ridge: number): number {
  const free = -sums.first / (sums.second + ridge);
  return Math.min(sums.high, Math.max(sums.low, free));
}

/** Finds the cut with the highest gain; undefined where none gains anything. */
export function bestSplit(
  histogram: Float64Array,
  node: NodeSums,
  data: BinnedRows,
  chosen: Int32Array,
  rules: SplitRules,
): Split | undefined {
  let best: { gain: number; place: number; bin: number } | undefined;
  const whole = lossOf(node.first, node.second, leafValue(node, rules.ridge), rules.ridge);
  for (let place = 0; place < chosen.length; place += 1) {
    const feature = chosen[place] ?? 0;
    const last = data.edges[feature]?.length ?? 0;
    const found = bestCut(histogram, place, {
      last,
      node,
      rules,
      whole,
      sign: rules.monotone[feature] ?? 0,
    });
    if (found !== undefined && found.gain > (best?.gain ?? 1e-9)) best = { ...found, place };
  }
  if (best === undefined) return undefined;
  return splitAt(histogram, node, best, chosen[best.place] ?? 0, rules);
}

interface CutQuestion {
  readonly last: number;
  readonly node: NodeSums;
  readonly rules: SplitRules;
  readonly whole: number;
  readonly sign: number;
}

function bestCut(
  histogram: Float64Array,
  place: number,
  { last, node, rules, whole, sign }: CutQuestion,
): { gain: number; bin: number } | undefined {
  const { ridge, minRows } = rules;
  const { low, high } = node;
  let first = 0;
  let second = 0;
  let count = 0;
  let bestGain = 0;
  let bestBin = -1;
  for (let bin = 0; bin < last; bin += 1) {
    const at = place * FEATURE_STRIDE + bin * 3;
    first += histogram[at] ?? 0;
    second += histogram[at + 1] ?? 0;
    count += histogram[at + 2] ?? 0;
    if (count < minRows) continue;
    if (node.count - count < minRows) break;
    const restFirst = node.first - first;
    const restSecond = node.second - second;
    const left = Math.min(high, Math.max(low, -first / (second + ridge)));
    const right = Math.min(high, Math.max(low, -restFirst / (restSecond + ridge)));
    if (sign * (right - left) < 0) continue;
    const gain =
      whole - lossOf(first, second, left, ridge) - lossOf(restFirst, restSecond, right, ridge);
    if (gain > bestGain) {
      bestGain = gain;
      bestBin = bin;
    }
  }
  return bestBin < 0 ? undefined : { gain: bestGain, bin: bestBin };
}

function splitAt(
  histogram: Float64Array,
  node: NodeSums,
  cut: { readonly gain: number; readonly place: number; readonly bin: number },
  feature: number,
  rules: SplitRules,
): Split {
  let first = 0;
  let second = 0;
  let count = 0;
  for (let bin = 0; bin <= cut.bin; bin += 1) {
    const at = cut.place * FEATURE_STRIDE + bin * 3;
    first += histogram[at] ?? 0;
    second += histogram[at + 1] ?? 0;
    count += histogram[at + 2] ?? 0;
  }
  const { low, high } = node;
  const left = { first, second, count, low, high };
  const right = {
    first: node.first - first,
    second: node.second - second,
    count: node.count - count,
    low,
    high,
  };
  const sign = rules.monotone[feature] ?? 0;
  const middle = (leafValue(left, rules.ridge) + leafValue(right, rules.ridge)) / 2;
  return {
    gain: cut.gain,
    feature,
    bin: cut.bin,
    left: sign > 0 ? { ...left, high: middle } : sign < 0 ? { ...left, low: middle } : left,
    right: sign > 0 ? { ...right, low: middle } : sign < 0 ? { ...right, high: middle } : right,
  };
}

function lossOf(first: number, second: number, value: number, ridge: number): number {
  return first * value + 0.5 * (second + ridge) * value * value;
}
