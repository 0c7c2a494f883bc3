import { contestantAt, logCharge, type MissedDays, missedDays } from './charge.ts';
import type { SeriesRecord } from './replay.ts';

const SECONDS_PER_MINUTE = 60;
const WORST_SHARE = 0.01;

/** A series on which a contestant did worst. */
export interface WorstSeries extends MissedDays {
  readonly why: 'missed most' | 'cost most';
  readonly id: string;
  readonly xoracle: number;
  readonly minutesAbovePerDay: number;
}

/**
 * The worst hundredth of the series (at least one) of the contestant in the given place: those that
 * missed most, and those that cost most against the clairvoyant. Series never missed are not listed as missed.
 */
export function worstSeries(records: readonly SeriesRecord[], place: number): WorstSeries[] {
  const count = Math.max(1, Math.ceil(WORST_SHARE * records.length));
  const rows = records
    .map((record) => rowOf(record, place))
    .filter((row) => row.days > 0 && Number.isFinite(row.xoracle));
  const missed = rows
    .filter((row) => row.missed > 0)
    .sort((a, b) => b.missed / b.days - a.missed / a.days || b.missed - a.missed);
  const dear = rows.toSorted((a, b) => b.xoracle - a.xoracle);
  return [
    ...missed.slice(0, count),
    ...dear.slice(0, count).map((row): WorstSeries => ({ ...row, why: 'cost most' })),
  ];
}

function rowOf(record: SeriesRecord, place: number): WorstSeries {
  const method = contestantAt(place);
  const missed = missedDays(record, method);
  const above = (record.judged[place]?.windowsAbove ?? []).reduce((sum, count) => sum + count, 0);
  return {
    why: 'missed most',
    id: record.id,
    ...missed,
    xoracle: Math.exp(logCharge(record, method)),
    minutesAbovePerDay: (above * record.windowSeconds) / SECONDS_PER_MINUTE / missed.days,
  };
}
