import { int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { DayContainer } from './list-day-containers.ts';
import type { StoredHour } from './read-hours.ts';

/** Reads all hours of one day of some workload containers, by container and hour. */
export async function readDayHours(
  tx: Tx,
  containers: readonly DayContainer[],
  day: number,
): Promise<StoredHour[]> {
  return await tx.query<StoredHour>(
    `select h.wc_id as "wcId", h.hour, h.content
     from unnest($1::int4[], $2::int8[]) as t(shard, wc_id)
     join hours h on h.shard = t.shard and h.wc_id = t.wc_id
     where h.hour >= $3::int4 * 24 and h.hour < ($3::int4 + 1) * 24
     order by h.wc_id, h.hour`,
    [
      int4Array(containers.map((container) => container.shard)),
      int8Array(containers.map((container) => container.wcId)),
      day,
    ],
  );
}
