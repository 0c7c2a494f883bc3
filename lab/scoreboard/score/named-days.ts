import type { Track } from '../track.ts';

/**
 * The tracks without the days on which the contestant named nothing, so that it is compared with others
 * on the same days: leaving out hard days must not make it look cheap. The same tracks where it always
 * named something.
 */
export function onDaysNamedBy(tracks: readonly Track[], place: number): readonly Track[] {
  const isAlwaysNamed = tracks.every(
    (track) => namedDaysOf(track, place).length === track.demands.length,
  );
  return isAlwaysNamed ? tracks : tracks.map((track) => onDays(track, namedDaysOf(track, place)));
}

function namedDaysOf(track: Track, place: number): number[] {
  const requests = track.entries[place]?.requests ?? [];
  return [...requests.keys()].filter((day) => !Number.isNaN(requests[day]));
}

function onDays(track: Track, days: readonly number[]): Track {
  const pick = (values: readonly number[]): number[] =>
    days.map((day) => values[day] ?? Number.NaN);
  return {
    ...track,
    demands: pick(track.demands),
    usageSums: pick(track.usageSums),
    usageP95s: pick(track.usageP95s),
    windows: pick(track.windows),
    bases: track.bases.map(pick),
    entries: track.entries.map((entry) => ({
      ...entry,
      requests: pick(entry.requests),
      windowsAbove: pick(entry.windowsAbove),
      short: pick(entry.short),
    })),
  };
}
