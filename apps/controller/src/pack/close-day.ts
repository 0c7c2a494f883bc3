/**
 * Closes one day of one cluster in one transaction: its hours become quarters and a sum a workload container, its
 * forecasts are scored, the day is marked. A closed day is never closed again: late hours are merged into its quarters
 * (`writeClosedHours`) and are in no hours row. The hours themselves go when their partition is dropped.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeHour, HOURS_PER_DAY, type HourContent, sumDay } from '@trimtab/history';
import type { Database, Tx } from '@trimtab/store';
import {
  type DayContainer,
  type DaySumRow,
  type DueDay,
  type ForecastScore,
  listDayContainers,
  lockDays,
  markDayClosed,
  type QuarterContent,
  readDayHours,
  readForecasts,
  type StoredHour,
  scoreForecasts,
  writeDaySums,
  writeQuarters,
} from '@trimtab/store/pack';
import { encodeDay } from './day-content.ts';
import { scoreForecast } from './score-forecast.ts';

/** What closing a day came to. */
export interface CloseOutcome {
  /** False where another instance had closed the day already. */
  readonly closed: boolean;
  /** Container-days written. */
  readonly containers: number;
  /** Stored hours that could not be read and are missing from the day. */
  readonly unreadable: number;
}

/** A container's 24 hours take about 7 KB stored and half a megabyte unpacked. */
const CONTAINERS_AT_A_TIME = 100;

/** Closes a day that is due. Missing partitions have been made by the caller. */
export async function closeDay(db: Database, due: DueDay): Promise<CloseOutcome> {
  return await db.transaction(async (tx) => {
    const [state] = await lockDays(tx, { clusterId: due.clusterId, days: [due.day] });
    if (state === undefined || state.closed) return { closed: false, containers: 0, unreadable: 0 };
    const all = await listDayContainers(tx, due);
    let containers = 0;
    let unreadable = 0;
    for (let at = 0; at < all.length; at += CONTAINERS_AT_A_TIME) {
      const some = await closeContainers(tx, due, all.slice(at, at + CONTAINERS_AT_A_TIME));
      containers += some.containers;
      unreadable += some.unreadable;
      await nextTurn();
    }
    await markDayClosed(tx, due);
    return { closed: true, containers, unreadable };
  });
}

async function closeContainers(
  tx: Tx,
  due: DueDay,
  containers: readonly DayContainer[],
): Promise<{ readonly containers: number; readonly unreadable: number }> {
  const stored = Map.groupBy(await readDayHours(tx, containers, due.day), (row) => row.wcId);
  const forecasts = Map.groupBy(await readForecasts(tx, containers, due.day), (row) => row.wcId);
  const quarters: QuarterContent[] = [];
  const sums: DaySumRow[] = [];
  const scores: ForecastScore[] = [];
  let unreadable = 0;
  for (const { shard, wcId } of containers) {
    const rows = stored.get(wcId);
    if (rows === undefined) continue;
    const day = decodeHours(rows);
    unreadable += day.unreadable;
    const encoded = encodeDay(due.day, day.hours);
    for (const quarter of encoded.quarters) quarters.push({ shard, wcId, ...quarter });
    sums.push({ shard, wcId, day: due.day, content: encoded.sum });
    for (const forecast of forecasts.get(wcId) ?? []) {
      const { preset } = forecast;
      scores.push({ shard, wcId, preset, score: scoreForecast(forecast, sumDay(day.hours)) });
    }
  }
  await writeQuarters(tx, due.tenantId, quarters);
  await writeDaySums(tx, due.tenantId, sums);
  await scoreForecasts(tx, due.day, scores);
  return { containers: sums.length, unreadable };
}

function decodeHours(rows: readonly StoredHour[]): {
  readonly hours: (HourContent | undefined)[];
  readonly unreadable: number;
} {
  const hours = new Array<HourContent | undefined>(HOURS_PER_DAY).fill(undefined);
  let unreadable = 0;
  for (const { hour, content } of rows) {
    try {
      hours[hour % HOURS_PER_DAY] = decodeHour(content).content;
    } catch {
      unreadable += 1;
    }
  }
  return { hours, unreadable };
}
