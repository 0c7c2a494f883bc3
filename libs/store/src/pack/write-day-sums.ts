import { byteaArray, int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { DayKey } from './read-quarters.ts';

/** A day's sum to be written; `content` is opaque here. */
export interface DaySumRow extends DayKey {
  readonly content: Uint8Array;
}

/** Writes day sums, replacing those that are there: a sum is always computed whole. The caller holds the day's lock. */
export async function writeDaySums(
  tx: Tx,
  tenantId: number,
  rows: readonly DaySumRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into day_sum (tenant_id, shard, wc_id, day, content)
     select $1, t.* from unnest($2::int4[], $3::int8[], $4::int4[], $5::bytea[]) as t(shard, wc_id, day, content)
     order by t.shard, t.wc_id, t.day
     on conflict (shard, wc_id, day) do update set content = excluded.content`,
    [
      tenantId,
      int4Array(rows.map((row) => row.shard)),
      int8Array(rows.map((row) => row.wcId)),
      int4Array(rows.map((row) => row.day)),
      byteaArray(rows.map((row) => row.content)),
    ],
  );
}
