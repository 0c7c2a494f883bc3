import type { Contestant, Track } from '../track.ts';
import { contestantAt, logCharge, type MissedDays, missedDays } from './method.ts';

const SECONDS_PER_MINUTE = 60;
const WORST_SHARE = 0.01;

/** A series on which a preset did worst. */
export interface WorstSeries extends MissedDays {
  readonly preset: string;
  readonly why: 'missed most' | 'cost most';
  readonly id: string;
  readonly xoracle: number;
  readonly minutesAbovePerDay: number;
}

/**
 * The worst hundredth of the series (at least one) of each of our presets: those that missed most, and
 * those that cost most against the clairvoyant. Series never missed are not listed as missed.
 */
export function worstSeries(
  contestants: readonly Contestant[],
  tracks: readonly Track[],
): WorstSeries[] {
  const count = Math.max(1, Math.ceil(WORST_SHARE * tracks.length));
  return contestants.flatMap(({ name, kind }, place) => {
    if (kind !== 'own') return [];
    const rows = tracks
      .map((track) => rowOf(name, track, place))
      .filter((row) => row.days > 0 && Number.isFinite(row.xoracle));
    const missed = rows
      .filter((row) => row.missed > 0)
      .sort((a, b) => b.missed / b.days - a.missed / a.days || b.missed - a.missed);
    const dear = rows.toSorted((a, b) => b.xoracle - a.xoracle);
    return [
      ...missed.slice(0, count),
      ...dear.slice(0, count).map((row): WorstSeries => ({ ...row, why: 'cost most' })),
    ];
  });
}

function rowOf(preset: string, track: Track, place: number): WorstSeries {
  const method = contestantAt(place);
  const missed = missedDays(track, method);
  const above = (track.entries[place]?.windowsAbove ?? []).reduce((sum, count) => sum + count, 0);
  return {
    preset,
    why: 'missed most',
    id: track.id,
    ...missed,
    xoracle: Math.exp(logCharge(track, method)),
    minutesAbovePerDay: (above * track.windowSeconds) / SECONDS_PER_MINUTE / missed.days,
  };
}
