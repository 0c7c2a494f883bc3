import { aboveRequest, type Judged, needsOf, type SeriesRecord } from '@trimtab/analysis/evaluate';
import type { TraceSeries } from '@trimtab/traces';
import { scoredWindows } from '../replay.ts';
import { RESOURCES, type ReplayedSet, type Resource } from '../replayed-set.ts';

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
  const needs = windows.map((sorted) => needsOf(sorted, resource));
  return {
    ...record,
    demands: needs.map((day) => day.demand),
    usageP95s: needs.map((day) => day.usageP95),
    judged: record.judged.map((entry) => judgedAgain(entry, windows)),
  };
}

function judgedAgain(entry: Judged, windows: readonly Float64Array[]): Judged {
  const above = windows.map((sorted, day) =>
    aboveRequest(sorted, entry.requests[day] ?? Number.NaN),
  );
  return {
    ...entry,
    windowsAbove: above.map((one) => one.windows),
    short: above.map((one) => one.short),
  };
}
