/**
 * What a workload's past says about requests for its next day, so that each candidate request can be
 * turned into one row of features. All is relative: a row holds how far the candidate lies above what
 * was seen, never an absolute amount, so one model serves every size and both resources.
 */
import { bottom, mean, quantile, risingFrom, spread, spreadAbout, top } from './moments.ts';
import type { Past, PastDay } from './past.ts';

/** Version of the rows' meaning; stored models name it. */
export const ROW_LAYOUT = 1;

/** Half-lives in days of the shares of past days above a candidate. */
const HALF_LIVES = [2, 7, 28] as const;
const JUMP_HALF_LIFE = 14;
/** Weights by age in days; what is older than the last entry weighs as much as that. */
const OLDEST = 500;
const DAY_FADES = [fadeOf(HALF_LIVES[0]), fadeOf(HALF_LIVES[1]), fadeOf(HALF_LIVES[2])] as const;
const JUMP_FADE = fadeOf(JUMP_HALF_LIFE);

/** Keeps a steady series' deviation above zero: 2 %. */
const LEAST_SPREAD = 0.02;
const NEVER_DAYS = 99;
const DAYS_PER_WEEK = 7;

/** One value a past day, or a jump, with its age in days, `OLDEST` at most. */
interface Aged {
  readonly values: readonly number[];
  readonly ages: readonly number[];
}

/** The past in front of one day. */
export interface Frame {
  /** Logarithms that a candidate is compared with, in the order of the row. */
  readonly marks: readonly number[];
  /** Features that do not depend on the candidate. */
  readonly shape: readonly number[];
  readonly demands: Aged;
  /** Sum of the demands' weights for each half-life. */
  readonly demandTotals: readonly number[];
  readonly ages: readonly number[];
  readonly week: { readonly mean: number; readonly spread: number };
  readonly month: { readonly mean: number; readonly spread: number };
  /** Rises over the day before and over the highest of seven days before. */
  readonly rises: readonly Rises[];
}

interface Rises {
  readonly from: number;
  readonly jumps: Aged;
  /** Sum of the jumps' weights. */
  readonly total: number;
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

/** Forms the frame; undefined below two days. Asked for every day and resource: it makes no array that it can do without. */
export function frameOf(past: Past): Frame | undefined {
  if (!past.isEnough) return undefined;
  const { days } = past;
  const logs = days.map((day) => day.demand);
  const next = (days.at(-1)?.day ?? 0) + 1;
  const ages = days.map((day) => next - day.day);
  const fadedAges = ages.map((age) => Math.min(age, OLDEST));
  const jumpAges = fadedAges.slice(1);
  const dayRises = risesOf(logs, jumpAges, 1);
  const week = momentsOf(logs, 7);
  const month = momentsOf(logs, 28);
  return {
    marks: marksOf(days, logs, next),
    shape: shapeOf(logs, past.count, dayRises.jumps.values, { week, month }),
    demands: { values: logs, ages: fadedAges },
    demandTotals: DAY_FADES.map((fade) => totalOf(fade, fadedAges)),
    ages,
    week: { mean: week.mean, spread: week.spread + LEAST_SPREAD },
    month: { mean: month.mean, spread: month.spread + LEAST_SPREAD },
    rises: [dayRises, risesOf(logs, jumpAges, 7)],
  };
}

function marksOf(days: readonly PastDay[], logs: readonly number[], next: number): number[] {
  const back = (count: number): number => Math.max(0, logs.length - count);
  const fortnight = risingFrom(logs, back(14));
  const month = logs.length <= 14 ? fortnight : risingFrom(logs, back(28));
  const last = days.at(-1);
  const lastLog = logs.at(-1) ?? 0;
  const weekBefore = days.find((day) => day.day === next - DAYS_PER_WEEK)?.demand ?? lastLog;
  const week = days.slice(-7);
  return [
    lastLog,
    logs.at(-7) ?? lastLog,
    top(logs, back(2)),
    top(logs, back(3)),
    top(logs, back(5)),
    top(logs, back(7)),
    top(logs, back(14)),
    top(logs),
    quantile(fortnight, 0.75),
    quantile(fortnight, 0.9),
    quantile(month, 0.75),
    quantile(month, 0.95),
    quantile(month, 0.5),
    bottom(logs, back(3)),
    Math.log(meanAmount(logs, back(14))),
    weekBefore,
    last?.lastHour ?? lastLog,
    last?.lastHours ?? lastLog,
    last?.median ?? lastLog,
    top(week.map((day) => day.max)),
    top(week.map((day) => day.p99)),
    fortnight.at(-2) ?? lastLog,
  ];
}

function meanAmount(logs: readonly number[], from: number): number {
  let sum = 0;
  for (let place = from; place < logs.length; place += 1) sum += Math.exp(logs[place] ?? 0);
  return sum / (logs.length - from);
}

interface Moments {
  readonly mean: number;
  readonly spread: number;
}

function shapeOf(
  logs: readonly number[],
  count: number,
  jumps: readonly number[],
  { week, month }: { readonly week: Moments; readonly month: Moments },
): number[] {
  const from = Math.max(0, jumps.length - 13);
  let steps = 0;
  for (let place = from; place < jumps.length; place += 1) steps += Math.abs(jumps[place] ?? 0);
  const { first, second } = highestTwo(jumps, Math.max(0, jumps.length - 28));
  return [
    Math.min(count, 60),
    week.spread,
    month.spread,
    jumps.length === 0 ? 0 : steps / (jumps.length - from),
    spread(jumps, from),
    first ?? 0,
    second ?? 0,
    daysSincePeak(logs, 14),
  ];
}

function highestTwo(values: readonly number[], from: number): { first?: number; second?: number } {
  let first: number | undefined;
  let second: number | undefined;
  for (let place = from; place < values.length; place += 1) {
    const value = values[place] ?? 0;
    if (first === undefined || value > first) [first, second] = [value, first];
    else if (second === undefined || value > second) second = value;
  }
  return {
    ...(first === undefined ? {} : { first }),
    ...(second === undefined ? {} : { second }),
  };
}

/** Days between the first highest of the last few days and the last one. */
function daysSincePeak(logs: readonly number[], count: number): number {
  const from = Math.max(0, logs.length - count);
  return logs.length - 1 - logs.indexOf(top(logs, from), from);
}

function risesOf(logs: readonly number[], jumpAges: readonly number[], span: number): Rises {
  const jumps: number[] = [];
  for (let day = 1; day < logs.length; day += 1) {
    jumps.push((logs[day] ?? 0) - top(logs, Math.max(0, day - span), day));
  }
  return {
    from: top(logs, Math.max(0, logs.length - span)),
    jumps: { values: jumps, ages: jumpAges },
    total: totalOf(JUMP_FADE, jumpAges),
    spread: spread(jumps, Math.max(0, jumps.length - 28)) + LEAST_SPREAD,
  };
}

function totalOf(fade: Float64Array, ages: readonly number[]): number {
  let total = 0;
  for (const age of ages) total += fade[age] ?? 0;
  return total;
}

function fadeOf(halfLife: number): Float64Array {
  return Float64Array.from({ length: OLDEST + 1 }, (_, age) => 2 ** (-age / halfLife));
}

function momentsOf(logs: readonly number[], count: number): Moments {
  const from = Math.max(0, logs.length - count);
  const middle = mean(logs, from);
  return { mean: middle, spread: spreadAbout(middle, logs, from) };
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
  const { ages, demands } = frame;
  writeShares(frame, candidate, rows, at);
  at += HALF_LIVES.length;
  rows[at] = daysSince(demands.values, ages, candidate);
  rows[at + 1] = (candidate - frame.week.mean) / frame.week.spread;
  rows[at + 2] = (candidate - frame.month.mean) / frame.month.spread;
  at += 3;
  for (const { from, jumps, spread: width, total } of frame.rises) {
    rows[at] = weightAbove(jumps, JUMP_FADE, candidate - from) / total;
    rows[at + 1] = (candidate - from) / width;
    at += 2;
  }
}

/** The weights of all half-lives are added in one pass over the days. */
function writeShares(
  { demandTotals, demands }: Frame,
  level: number,
  rows: Float32Array,
  at: number,
): void {
  const { ages, values } = demands;
  const [short, middle, long] = DAY_FADES;
  let [shortSum, middleSum, longSum] = [0, 0, 0];
  for (let slot = 0; slot < values.length; slot += 1) {
    if ((values[slot] ?? 0) <= level) continue;
    const age = ages[slot] ?? 0;
    shortSum += short[age] ?? 0;
    middleSum += middle[age] ?? 0;
    longSum += long[age] ?? 0;
  }
  rows[at] = shortSum / (demandTotals[0] ?? 1);
  rows[at + 1] = middleSum / (demandTotals[1] ?? 1);
  rows[at + 2] = longSum / (demandTotals[2] ?? 1);
}

function weightAbove({ ages, values }: Aged, fade: Float64Array, level: number): number {
  let above = 0;
  for (let slot = 0; slot < values.length; slot += 1) {
    if ((values[slot] ?? 0) > level) above += fade[ages[slot] ?? 0] ?? 0;
  }
  return above;
}

function daysSince(values: readonly number[], ages: readonly number[], level: number): number {
  for (let slot = values.length - 1; slot >= 0; slot -= 1) {
    if ((values[slot] ?? 0) > level) return ages[slot] ?? NEVER_DAYS;
  }
  return NEVER_DAYS;
}
