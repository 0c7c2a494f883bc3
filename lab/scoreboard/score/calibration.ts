import type { Interval } from '../replay.ts';
import type { Contestant, Track } from '../track.ts';
import { contestantAt, missedDays } from './method.ts';
import { type Resamples, ratioOfSums } from './resample.ts';

/** Of the days for which a risk was stated, the share that missed. */
export interface CalibrationPoint {
  readonly name: string;
  /** Share of days it said it would miss, 0 to 1. */
  readonly stated: number;
  readonly realised: Interval;
  readonly days: number;
}

/** One point for each of our contestants that states a risk. */
export function calibrationOf(
  contestants: readonly Contestant[],
  tracks: readonly Track[],
  resamples: Resamples,
): CalibrationPoint[] {
  return contestants.flatMap(({ name, statedRisk }, place) => {
    if (statedRisk === undefined) return [];
    const missed = tracks.map((track) => missedDays(track, contestantAt(place)));
    const days = missed.map((series) => series.days);
    const realised = ratioOfSums(
      missed.map((series) => series.missed),
      days,
      resamples,
    );
    return [{ name, stated: statedRisk, realised, days: days.reduce((a, b) => a + b, 0) }];
  });
}
