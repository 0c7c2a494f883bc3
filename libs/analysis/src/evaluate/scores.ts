import { bootstrap, type Interval } from './bootstrap.ts';
import { chargedFootprintOf, logCharge } from './charge.ts';
import type { Judged, SeriesRecord } from './replay.ts';
import { dispersionMisses, overShare, worstTenthMiss } from './spread.ts';

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const DAYS_PER_WEEK = 7;
/** A comparison counts only where at least this many days are missed. */
const MISSES_NEEDED = 100;

/** The scores of one contestant on one resource of one set; ratios with their 90 % interval over series. */
export interface Scores {
  readonly name: string;
  /** Series-days scored, and those for which the contestant named nothing. */
  readonly days: number;
  readonly unnamedDays: number;
  readonly missedDays: number;
  /** Share of scored days missed. */
  readonly miss: number;
  /** Whether at least 100 days are missed: below that a comparison proves nothing. */
  readonly hasEnoughMisses: boolean;
  /** Sum of request over sum of usage. */
  readonly footprint: Interval;
  /** The same with a missed day charged what it needed. */
  readonly chargedFootprint: number;
  readonly xoracle: Interval;
  /** Share of series that missed more often than chance allows at three times the overall rate. */
  readonly over: number;
  /** Miss rate of the tenth of the series that missed most, and by tercile of the demands' dispersion (calm first). */
  readonly worstTenthMiss: number;
  readonly missByDispersion: readonly number[];
  readonly slackMean: number;
  readonly slackMedian: number;
  /** Minutes above the request per container-day. */
  readonly minutesAbovePerDay: number;
  /** Core-hours or byte-hours short over all scored days. */
  readonly shortHours: number;
  /** Resizes per container-week, and those downward. */
  readonly changesPerWeek: number;
  readonly downwardPerWeek: number;
}

/** Scores the contestant in the given place of `judged` over all records of a resource. */
export function scoreOf(
  name: string,
  records: readonly SeriesRecord[],
  place: number,
  seed: number,
): Scores {
  const rows = records.map((record) => ({ record, judged: judgedAt(record, place) }));
  const requests = rows.map((row) => row.judged.requests);
  const missed = rows.map((row) => missedDaysOf(row.record, row.judged));
  const days = sum(missed.map((entry) => entry.days));
  const missedDays = sum(missed.map((entry) => entry.missed));
  const slacks = rows.flatMap((row) => slacksOf(row.record, row.judged)).sort((a, b) => a - b);
  const weeks = sum(rows.map((row) => row.judged.namedDays)) / DAYS_PER_WEEK;
  return {
    name,
    days,
    unnamedDays: sum(records.map((record) => record.demands.length)) - days,
    missedDays,
    miss: missedDays / days,
    hasEnoughMisses: missedDays >= MISSES_NEEDED,
    footprint: footprintOf(rows, seed),
    chargedFootprint: chargedFootprintOf(records, requests),
    xoracle: meanCharge(records, requests, seed),
    over: overShare(missed, missedDays / days),
    worstTenthMiss: worstTenthMiss(missed),
    missByDispersion: dispersionMisses(records, missed),
    slackMean: sum(slacks) / slacks.length,
    slackMedian: slacks[Math.floor(slacks.length / 2)] ?? Number.NaN,
    minutesAbovePerDay: sum(rows.map(secondsAboveOf)) / SECONDS_PER_MINUTE / days,
    shortHours: sum(rows.map(shortOf)) / SECONDS_PER_HOUR,
    changesPerWeek: sum(rows.map((row) => row.judged.changes)) / weeks,
    downwardPerWeek: sum(rows.map((row) => row.judged.downward)) / weeks,
  };
}

/** Requests of the contestant in one place, by record. */
export function requestsAt(records: readonly SeriesRecord[], place: number): readonly number[][] {
  return records.map((record) => [...judgedAt(record, place).requests]);
}

interface Row {
  readonly record: SeriesRecord;
  readonly judged: Judged;
}

const NOTHING: Judged = {
  requests: [],
  windowsAbove: [],
  short: [],
  namedDays: 0,
  changes: 0,
  downward: 0,
};

function judgedAt(record: SeriesRecord, place: number): Judged {
  return record.judged[place] ?? NOTHING;
}

function missedDaysOf(record: SeriesRecord, judged: Judged): { days: number; missed: number } {
  let days = 0;
  let missed = 0;
  for (const [slot, request] of judged.requests.entries()) {
    if (Number.isNaN(request)) continue;
    days += 1;
    if ((record.demands[slot] ?? 0) > request) missed += 1;
  }
  return { days, missed };
}

function slacksOf(record: SeriesRecord, judged: Judged): number[] {
  return judged.requests.flatMap((request, slot) =>
    request > 0 ? [(request - (record.usageP95s[slot] ?? 0)) / request] : [],
  );
}

function secondsAboveOf({ record, judged }: Row): number {
  return sum(judged.windowsAbove) * record.windowSeconds;
}

function shortOf({ record, judged }: Row): number {
  return sum(judged.short) * record.windowSeconds;
}

function footprintOf(rows: readonly Row[], seed: number): Interval {
  const sums = rows.map(({ record, judged }) => {
    let requested = 0;
    let used = 0;
    for (const [slot, request] of judged.requests.entries()) {
      if (Number.isNaN(request)) continue;
      requested += request * (record.windows[slot] ?? 0);
      used += record.usageSums[slot] ?? 0;
    }
    return { requested, used };
  });
  return bootstrap(rows.length, seed, (drawn) => {
    let requested = 0;
    let used = 0;
    for (const place of drawn) {
      requested += sums[place]?.requested ?? 0;
      used += sums[place]?.used ?? 0;
    }
    return requested / used;
  });
}

function meanCharge(
  records: readonly SeriesRecord[],
  requests: readonly (readonly number[])[],
  seed: number,
): Interval {
  const charges = records
    .map((record, slot) => logCharge(record, requests[slot] ?? []))
    .filter((charge) => charge !== undefined);
  return bootstrap(charges.length, seed, (drawn) => geometricMean(charges, drawn));
}

/** exp of the mean of the logarithms in the drawn places; NaN for none. */
export function geometricMean(logs: readonly number[], drawn: readonly number[]): number {
  let total = 0;
  for (const place of drawn) total += logs[place] ?? 0;
  return Math.exp(total / drawn.length);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
