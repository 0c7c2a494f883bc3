import type { TraceSeries } from '@trimtab/traces';
import { demandOfDay, scoredWindows } from '../replay.ts';
import { type Entry, RESOURCES, type ReplayedSet, type Resource, type Track } from '../track.ts';

const P95 = 0.95;

/**
 * Judges the requests named on window averages by the peaks inside the same windows: demands, misses,
 * slack and shortfall come from the peaks, the footprint stays with the average usage. A series without
 * a recording of its peaks is left out.
 */
export function judgeOnPeaks(
  replayed: ReplayedSet,
  shown: readonly TraceSeries[],
  peaks: readonly TraceSeries[],
): ReplayedSet {
  const peakOf = new Map(peaks.map((series) => [series.id, series]));
  const [cpu, memory] = RESOURCES.map((resource) =>
    replayed.tracks[resource].flatMap((track, place) => {
      const series = shown[place];
      const peak = peakOf.get(track.id);
      return series === undefined || peak === undefined
        ? []
        : [judged(track, scoredWindows(series, peak, resource), resource)];
    }),
  );
  return { ...replayed, tracks: { cpu: cpu ?? [], memory: memory ?? [] } };
}

function judged(track: Track, windows: readonly Float64Array[], resource: Resource): Track {
  return {
    ...track,
    demands: windows.map((sorted) => demandOfDay(sorted, resource)),
    usageP95s: windows.map((sorted) => sorted[Math.ceil(P95 * sorted.length) - 1] ?? 0),
    entries: track.entries.map((entry) => judgedEntry(entry, windows)),
  };
}

function judgedEntry(entry: Entry, windows: readonly Float64Array[]): Entry {
  const above = windows.map((sorted, day) => aboveOf(sorted, entry.requests[day] ?? Number.NaN));
  return {
    ...entry,
    windowsAbove: above.map((one) => one.windows),
    short: above.map((one) => one.short),
  };
}

function aboveOf(sorted: Float64Array, request: number): { windows: number; short: number } {
  let windows = 0;
  let short = 0;
  for (let slot = sorted.length - 1; slot >= 0; slot -= 1) {
    const value = sorted[slot] ?? 0;
    if (!(value > request)) break;
    windows += 1;
    short += value - request;
  }
  return { windows, short };
}
