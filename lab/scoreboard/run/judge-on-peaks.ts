import type { Judged, SeriesRecord } from '@trimtab/analysis/evaluate';
import type { TraceSeries } from '@trimtab/traces';
import { demandOfDay, scoredWindows } from '../replay.ts';
import { RESOURCES, type ReplayedSet, type Resource } from '../replayed-set.ts';

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
    replayed.records[resource].flatMap((record, place) => {
      const series = shown[place];
      const peak = peakOf.get(record.id);
      return series === undefined || peak === undefined
        ? []
        : [judged(record, scoredWindows(series, peak, resource), resource)];
    }),
  );
  return { ...replayed, records: { cpu: cpu ?? [], memory: memory ?? [] } };
}

function judged(
  record: SeriesRecord,
  windows: readonly Float64Array[],
  resource: Resource,
): SeriesRecord {
  return {
    ...record,
    demands: windows.map((sorted) => demandOfDay(sorted, resource)),
    usageP95s: windows.map((sorted) => sorted[Math.ceil(P95 * sorted.length) - 1] ?? 0),
    judged: record.judged.map((entry) => judgedAgain(entry, windows)),
  };
}

function judgedAgain(entry: Judged, windows: readonly Float64Array[]): Judged {
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
