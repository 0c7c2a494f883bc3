import { byteaArray, int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { HourRow } from './hour-rows.ts';

/** Inserts hours that are not there yet, in shard order; returns the keys inserted. The others have to be merged. */
export async function insertHours(
  tx: Tx,
  tenantId: number,
  rows: readonly HourRow[],
): Promise<{ readonly wcId: number; readonly hour: number }[]> {
  return await tx.query(
    `insert into hours (tenant_id, shard, wc_id, hour, covered, content)
     select $1, t.* from unnest($2::int4[], $3::int8[], $4::int4[], $5::int4[], $6::bytea[]) as t(shard, wc_id, hour, covered, content)
     order by t.shard, t.wc_id, t.hour
     on conflict do nothing
     returning wc_id as "wcId", hour`,
    [
      tenantId,
      int4Array(rows.map((row) => row.shard)),
      int8Array(rows.map((row) => row.wcId)),
      int4Array(rows.map((row) => row.hour)),
      int4Array(rows.map((row) => row.covered)),
      byteaArray(rows.map((row) => row.content)),
    ],
  );
}
