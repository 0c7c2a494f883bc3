import type { Interval } from '../replay.ts';
import type { Contestant, Entry, Track } from '../track.ts';
import { contestantAt, footprintSums, logCharge, missedDays } from './method.ts';
import { geometricMean, type Resamples, ratioOfSums } from './resample.ts';
import { missByDispersion, overShare, worstTenthMiss } from './spread.ts';

const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const DAYS_PER_WEEK = 7;
/** A comparison counts only where at least this many days are missed. */
const MISSES_NEEDED = 100;

/** The scores of one contestant; ratios with their 90 % interval over series. */
export interface Scores extends Contestant {
  /** Series-days scored, those without a number from the contestant, and those missed. */
  readonly days: number;
  readonly unnamedDays: number;
  readonly missedDays: number;
  readonly miss: Interval;
  /** Whether 100 days are missed: below that a comparison proves nothing. */
  readonly hasEnoughMisses: boolean;
  /** Sum of request / sum of usage. */
  readonly footprint: Interval;
  readonly xoracle: Interval;
  readonly over: number;
  readonly worstTenthMiss: number;
  /** Calm, middle and wild third of the series. */
  readonly missByDispersion: readonly number[];
  /** (request - P95 of the day) / request over days with a request above zero. */
  readonly slackMean: number;
  readonly slackMedian: number;
  readonly minutesAbovePerDay: number;
  /** Core-hours or byte-hours above the request over all scored days. */
  readonly shortHours: number;
  /** Resizes per container-week, and those downward. */
  readonly changesPerWeek: number;
  readonly downwardPerWeek: number;
}

/** Scores the contestant in the given place over the tracks of one resource. */
export function scoreOf(
  contestant: Contestant,
  place: number,
  tracks: readonly Track[],
  resamples: Resamples,
): Scores {
  const method = contestantAt(place);
  const missed = tracks.map((track) => missedDays(track, method));
  const footprints = tracks.map((track) => footprintSums(track, method));
  const days = sum(missed.map((series) => series.days));
  const missedCount = sum(missed.map((series) => series.missed));
  return {
    ...contestant,
    days,
    unnamedDays: sum(tracks.map((track) => track.demands.length)) - days,
    missedDays: missedCount,
    miss: ratioOfSums(
      missed.map((series) => series.missed),
      missed.map((series) => series.days),
      resamples,
    ),
    hasEnoughMisses: missedCount >= MISSES_NEEDED,
    footprint: ratioOfSums(
      footprints.map((sums) => sums.requested),
      footprints.map((sums) => sums.used),
      resamples,
    ),
    xoracle: geometricMean(
      tracks.map((track) => logCharge(track, method)),
      resamples,
    ),
    over: overShare(missed),
    worstTenthMiss: worstTenthMiss(missed),
    missByDispersion: missByDispersion(tracks, missed),
    ...slackOf(tracks, place),
    ...wearOf(tracks, place, days),
  };
}

function slackOf(
  tracks: readonly Track[],
  place: number,
): Pick<Scores, 'slackMean' | 'slackMedian'> {
  const slacks = tracks
    .flatMap((track) =>
      (track.entries[place]?.requests ?? []).flatMap((request, day) =>
        request > 0 ? [(request - (track.usageP95s[day] ?? 0)) / request] : [],
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

function wearOf(tracks: readonly Track[], place: number, days: number): Wear {
  const over = (pick: (entry: Entry, track: Track) => number): number =>
    sum(tracks.map((track) => amountOf(track, place, pick)));
  const weeks = over((entry) => entry.namedDays) / DAYS_PER_WEEK;
  const secondsAbove = over((entry, track) => sum(entry.windowsAbove) * track.windowSeconds);
  const short = over((entry, track) => sum(entry.short) * track.windowSeconds);
  return {
    minutesAbovePerDay: secondsAbove / SECONDS_PER_MINUTE / days,
    shortHours: short / SECONDS_PER_HOUR,
    changesPerWeek: over((entry) => entry.changes) / weeks,
    downwardPerWeek: over((entry) => entry.downward) / weeks,
  };
}

function amountOf(
  track: Track,
  place: number,
  pick: (entry: Entry, track: Track) => number,
): number {
  const entry = track.entries[place];
  return entry === undefined ? 0 : pick(entry, track);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
