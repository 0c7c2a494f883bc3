import { contestantAt, footprintSums, logCharge, missedDays } from './charge.ts';
import type { Judged, SeriesRecord } from './replay.ts';
import { geometricMean, type Interval, type Resamples, ratioOfSums } from './resample.ts';
import { missByDispersion, overShare, worstTenthMiss } from './spread.ts';

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
  resamples: Resamples,
): Scores {
  const method = contestantAt(place);
  const missed = records.map((record) => missedDays(record, method));
  const footprints = records.map((record) => footprintSums(record, method));
  const used = footprints.map((sums) => sums.used);
  const requested = footprints.map((sums) => sums.requested);
  const charges = records.map((record) => logCharge(record, method));
  const days = sum(missed.map((series) => series.days));
  const missedCount = sum(missed.map((series) => series.missed));
  return {
    name,
    days,
    unnamedDays: sum(records.map((record) => record.demands.length)) - days,
    missedDays: missedCount,
    miss: missedCount / days,
    hasEnoughMisses: missedCount >= MISSES_NEEDED,
    footprint: ratioOfSums(requested, used, resamples),
    chargedFootprint: sum(footprints.map((sums) => sums.charged)) / sum(used),
    xoracle: geometricMean(charges, resamples),
    over: overShare(missed),
    worstTenthMiss: worstTenthMiss(missed),
    missByDispersion: missByDispersion(records, missed),
    ...slackOf(records, place),
    ...wearOf(records, place, days),
  };
}

/** The share of days the contestant in the given place missed, with its 90 % interval over series. */
export function missRate(
  records: readonly SeriesRecord[],
  place: number,
  resamples: Resamples,
): Interval {
  const missed = records.map((record) => missedDays(record, contestantAt(place)));
  return ratioOfSums(
    missed.map((series) => series.missed),
    missed.map((series) => series.days),
    resamples,
  );
}

function slackOf(
  records: readonly SeriesRecord[],
  place: number,
): Pick<Scores, 'slackMean' | 'slackMedian'> {
  const slacks = records
    .flatMap((record) =>
      (record.judged[place]?.requests ?? []).flatMap((request, day) =>
        request > 0 ? [(request - (record.usageP95s[day] ?? 0)) / request] : [],
      ),
    )
    .sort((a, b) => a - b);
  return {
    slackMean: sum(slacks) / slacks.length,
    slackMedian: slacks[Math.floor(slacks.length / 2)] ?? Number.NaN,
  };
}

type Wear = Pick<
  Scores,
  'minutesAbovePerDay' | 'shortHours' | 'changesPerWeek' | 'downwardPerWeek'
>;

function wearOf(records: readonly SeriesRecord[], place: number, days: number): Wear {
  const over = (pick: (entry: Judged, record: SeriesRecord) => number): number =>
    sum(records.map((record) => amountOf(record, place, pick)));
  const weeks = over((entry) => entry.namedDays) / DAYS_PER_WEEK;
  const secondsAbove = over((entry, record) => sum(entry.windowsAbove) * record.windowSeconds);
  const short = over((entry, record) => sum(entry.short) * record.windowSeconds);
  return {
    minutesAbovePerDay: secondsAbove / SECONDS_PER_MINUTE / days,
    shortHours: short / SECONDS_PER_HOUR,
    changesPerWeek: over((entry) => entry.changes) / weeks,
    downwardPerWeek: over((entry) => entry.downward) / weeks,
  };
}

function amountOf(
  record: SeriesRecord,
  place: number,
  pick: (entry: Judged, record: SeriesRecord) => number,
): number {
  const entry = record.judged[place];
  return entry === undefined ? 0 : pick(entry, record);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
