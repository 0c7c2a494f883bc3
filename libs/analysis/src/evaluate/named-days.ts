import type { SeriesRecord } from './replay.ts';

/**
 * The records without the days on which the contestant named nothing, so that it is compared with others
 * on the same days: leaving out hard days must not make it look cheap. The same records where it always
 * named something.
 */
export function onDaysNamedBy(
  records: readonly SeriesRecord[],
  place: number,
): readonly SeriesRecord[] {
  const isAlwaysNamed = records.every(
    (record) => namedDaysOf(record, place).length === record.demands.length,
  );
  return isAlwaysNamed
    ? records
    : records.map((record) => onDays(record, namedDaysOf(record, place)));
}

function namedDaysOf(record: SeriesRecord, place: number): number[] {
  const requests = record.judged[place]?.requests ?? [];
  return [...requests.keys()].filter((day) => !Number.isNaN(requests[day]));
}

function onDays(record: SeriesRecord, days: readonly number[]): SeriesRecord {
  const pick = (values: readonly number[]): number[] =>
    days.map((day) => values[day] ?? Number.NaN);
  return {
    ...record,
    demands: pick(record.demands),
    usageSums: pick(record.usageSums),
    usageP95s: pick(record.usageP95s),
    windows: pick(record.windows),
    bases: record.bases.map(pick),
    judged: record.judged.map((entry) => ({
      ...entry,
      requests: pick(entry.requests),
      windowsAbove: pick(entry.windowsAbove),
      short: pick(entry.short),
    })),
  };
}
