/**
 * What a workload's past says about requests for its next day, so that each candidate request can be
 * turned into one row of features. All is relative: a row holds how far the candidate lies above what
 * was seen, never an absolute amount, so one model serves every size and both resources.
 */
import { mean, quantile, spread, top } from './moments.ts';
import type { Past, PastDay } from './past.ts';

/** Version of the rows' meaning; stored models name it. */
export const ROW_LAYOUT = 1;

/** Half-lives in days of the shares of past days above a candidate. */
const HALF_LIVES = [2, 7, 28] as const;
const JUMP_HALF_LIFE = 14;
/** Weights by age in days; what is older than the last entry weighs as much as that. */
const OLDEST = 500;
const DAY_FADES = HALF_LIVES.map(fadeOf);
const JUMP_FADES = [fadeOf(JUMP_HALF_LIFE)];

/** Keeps a steady series' deviation above zero: 2 %. */
const LEAST_SPREAD = 0.02;
const NEVER_DAYS = 99;
const DAYS_PER_WEEK = 7;

/** One value a past day, or a jump, with its age in days and its weight for each half-life. */
interface Weighed {
  readonly values: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly totals: readonly number[];
}

/** The past in front of one day. */
export interface Frame {
  /** Logarithms that a candidate is compared with, in the order of the row. */
  readonly marks: readonly number[];
  /** Features that do not depend on the candidate. */
  readonly shape: readonly number[];
  readonly demands: Weighed;
  readonly ages: readonly number[];
  readonly week: { readonly mean: number; readonly spread: number };
  readonly month: { readonly mean: number; readonly spread: number };
  /** Rises over the day before and over the highest of seven days before. */
  readonly rises: readonly Rises[];
}

interface Rises {
  readonly from: number;
  readonly jumps: Weighed;
  readonly spread: number;
}

/** Places of marks that candidates are placed around. */
export const MARK = {
  last: 0,
  max3: 3,
  max7: 5,
  max14: 6,
  max: 7,
  q90: 9,
  median: 12,
  mean: 14,
  peak: 19,
} as const;

/** Forms the frame; undefined below two days. */
export function frameOf(past: Past): Frame | undefined {
  if (!past.isEnough) return undefined;
  const { days } = past;
  const logs = days.map((day) => day.demand);
  const next = (days.at(-1)?.day ?? 0) + 1;
  const ages = days.map((day) => next - day.day);
  const rises = [1, 7].map((span) => risesOf(logs, ages, span));
  return {
    marks: marksOf(days, logs, next),
    shape: shapeOf(logs, past.count, rises[0]?.jumps.values ?? []),
    demands: weighed(logs, ages, DAY_FADES),
    ages,
    week: momentsOf(logs.slice(-7)),
    month: momentsOf(logs.slice(-28)),
    rises,
  };
}

function marksOf(days: readonly PastDay[], logs: readonly number[], next: number): number[] {
  const back = (count: number): readonly number[] => logs.slice(-count);
  const fortnight = [...back(14)].sort((a, b) => a - b);
  const month = [...back(28)].sort((a, b) => a - b);
  const last = days.at(-1);
  const lastLog = logs.at(-1) ?? 0;
  const weekBefore = days.find((day) => day.day === next - DAYS_PER_WEEK)?.demand ?? lastLog;
  const week = days.slice(-7);
  return [
    lastLog,
    logs.at(-7) ?? lastLog,
    top(back(2)),
    top(back(3)),
    top(back(5)),
    top(back(7)),
    top(back(14)),
    top(logs),
    quantile(fortnight, 0.75),
    quantile(fortnight, 0.9),
    quantile(month, 0.75),
    quantile(month, 0.95),
    quantile(month, 0.5),
    -top(back(3).map((log) => -log)),
    Math.log(mean(back(14).map(Math.exp))),
    weekBefore,
    last?.lastHour ?? lastLog,
    last?.lastHours ?? lastLog,
    last?.median ?? lastLog,
    top(week.map((day) => day.max)),
    top(week.map((day) => day.p99)),
    fortnight.at(-2) ?? lastLog,
  ];
}

function shapeOf(logs: readonly number[], count: number, jumps: readonly number[]): number[] {
  const recent = logs.slice(-14);
  const steps = jumps.slice(-28);
  const rising = [...steps].sort((a, b) => b - a);
  return [
    Math.min(count, 60),
    spread(logs.slice(-7)),
    spread(logs.slice(-28)),
    mean(jumps.slice(-13).map(Math.abs)),
    spread(jumps.slice(-13)),
    rising[0] ?? 0,
    rising[1] ?? 0,
    recent.length - 1 - recent.indexOf(top(recent)),
  ];
}

function risesOf(logs: readonly number[], ages: readonly number[], span: number): Rises {
  const jumps = logs.slice(1).map((log, place) => {
    return log - top(logs.slice(Math.max(0, place + 1 - span), place + 1));
  });
  return {
    from: top(logs.slice(-span)),
    jumps: weighed(jumps, ages.slice(1), JUMP_FADES),
    spread: spread(jumps.slice(-28)) + LEAST_SPREAD,
  };
}

function weighed(
  values: readonly number[],
  ages: readonly number[],
  fades: readonly Float64Array[],
): Weighed {
  const weights = fades.map((fade) => ages.map((age) => fade[Math.min(age, OLDEST)] ?? 0));
  return {
    values,
    weights,
    totals: weights.map((each) => each.reduce((sum, one) => sum + one, 0)),
  };
}

function fadeOf(halfLife: number): Float64Array {
  return Float64Array.from({ length: OLDEST + 1 }, (_, age) => 2 ** (-age / halfLife));
}

function momentsOf(logs: readonly number[]): { mean: number; spread: number } {
  return { mean: mean(logs), spread: spread(logs) + LEAST_SPREAD };
}

/** Features of a row, and for each which way the risk may go with it: 1 up only, -1 down only, 0 free. */
export const ROW_MONOTONE: readonly number[] = [
  ...new Array<number>(22).fill(-1),
  ...new Array<number>(8).fill(0),
  ...[1, 1, 1],
  ...[-1, -1, -1],
  ...[1, -1, 1, -1],
];

/** Writes the row of one candidate, the logarithm of a request, from `offset` on. */
export function writeRow(
  frame: Frame,
  candidate: number,
  rows: Float32Array,
  offset: number,
): void {
  let at = offset;
  for (const mark of frame.marks) {
    rows[at] = candidate - mark;
    at += 1;
  }
  for (const value of frame.shape) {
    rows[at] = value;
    at += 1;
  }
  const { demands, ages } = frame;
  for (let place = 0; place < HALF_LIVES.length; place += 1) {
    rows[at] = shareAbove(demands, place, candidate);
    at += 1;
  }
  rows[at] = daysSince(demands.values, ages, candidate);
  rows[at + 1] = (candidate - frame.week.mean) / frame.week.spread;
  rows[at + 2] = (candidate - frame.month.mean) / frame.month.spread;
  at += 3;
  for (const { from, jumps, spread: width } of frame.rises) {
    rows[at] = shareAbove(jumps, 0, candidate - from);
    rows[at + 1] = (candidate - from) / width;
    at += 2;
  }
}

function shareAbove({ values, weights, totals }: Weighed, place: number, level: number): number {
  const weight = weights[place] ?? [];
  let above = 0;
  for (let slot = 0; slot < values.length; slot += 1) {
    if ((values[slot] ?? 0) > level) above += weight[slot] ?? 0;
  }
  return above / (totals[place] ?? 1);
}

function daysSince(values: readonly number[], ages: readonly number[], level: number): number {
  for (let slot = values.length - 1; slot >= 0; slot -= 1) {
    if ((values[slot] ?? 0) > level) return ages[slot] ?? NEVER_DAYS;
  }
  return NEVER_DAYS;
}
