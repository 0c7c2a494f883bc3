import { HOURS_PER_DAY, mergeHours } from '@trimtab/history';
import type { Tx } from '@trimtab/store';
import {
  type DaySumRow,
  type QuarterContent,
  type QuarterRow,
  readQuarters,
  writeDaySums,
  writeQuarters,
} from '@trimtab/store/pack';
import { decodeDay, encodeDay, QUARTERS_PER_DAY } from './day-content.ts';
import type { HourToWrite } from './hour-content.ts';

/** A day of one workload container holds about 6 KB stored and a hundred times that unpacked. */
const DAYS_AT_A_TIME = 200;

interface LateDay {
  readonly shard: number;
  readonly wcId: number;
  readonly day: number;
  readonly hours: HourToWrite[];
}

/**
 * Adds late hours to closed days: the quarters are read, merged and written again, and the day's sum is computed anew
 * from all its hours. Returns how many stored quarters could not be read. The caller holds the days' locks alone.
 */
export async function writeClosedHours(
  tx: Tx,
  tenantId: number,
  hours: readonly HourToWrite[],
): Promise<number> {
  const days = groupByDay(hours);
  let unreadable = 0;
  for (let at = 0; at < days.length; at += DAYS_AT_A_TIME) {
    unreadable += await writeDays(tx, tenantId, days.slice(at, at + DAYS_AT_A_TIME));
  }
  return unreadable;
}

function groupByDay(hours: readonly HourToWrite[]): LateDay[] {
  const days = new Map<string, LateDay>();
  for (const hour of hours) {
    const day = Math.floor(hour.hour / HOURS_PER_DAY);
    const key = `${hour.wcId}/${day}`;
    const known = days.get(key);
    if (known === undefined) {
      days.set(key, { shard: hour.shard, wcId: hour.wcId, day, hours: [hour] });
    } else {
      known.hours.push(hour);
    }
  }
  return [...days.values()];
}

async function writeDays(tx: Tx, tenantId: number, days: readonly LateDay[]): Promise<number> {
  const stored = Map.groupBy(await readQuarters(tx, days), dayKeyOf);
  const quarters: QuarterContent[] = [];
  const sums: DaySumRow[] = [];
  let unreadable = 0;
  for (const late of days) {
    const { shard, wcId, day } = late;
    const decoded = decodeDay(stored.get(`${wcId}/${day}`) ?? []);
    unreadable += decoded.unreadable;
    for (const { hour, content } of late.hours) {
      const index = hour % HOURS_PER_DAY;
      const known = decoded.hours[index];
      decoded.hours[index] = known === undefined ? content : mergeHours(known, content);
    }
    const encoded = encodeDay(day, decoded.hours);
    for (const quarter of encoded.quarters) quarters.push({ shard, wcId, ...quarter });
    sums.push({ shard, wcId, day, content: encoded.sum });
  }
  await writeQuarters(tx, tenantId, quarters);
  await writeDaySums(tx, tenantId, sums);
  return unreadable;
}

function dayKeyOf(row: QuarterRow): string {
  return `${row.wcId}/${Math.floor(row.quarter / QUARTERS_PER_DAY)}`;
}
