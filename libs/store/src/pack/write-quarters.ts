import { byteaArray, int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';

/** One quarter of a day to be written; `content` is opaque here. */
export interface QuarterContent {
  readonly shard: number;
  readonly wcId: number;
  readonly quarter: number;
  readonly content: Uint8Array;
}

/** Writes quarters, replacing those that are there. The caller holds the day's lock. */
export async function writeQuarters(
  tx: Tx,
  tenantId: number,
  rows: readonly QuarterContent[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into day_block (tenant_id, shard, wc_id, quarter, content)
     select $1, t.* from unnest($2::int4[], $3::int8[], $4::int4[], $5::bytea[]) as t(shard, wc_id, quarter, content)
     order by t.shard, t.wc_id, t.quarter
     on conflict (shard, wc_id, quarter) do update set content = excluded.content`,
    [
      tenantId,
      int4Array(rows.map((row) => row.shard)),
      int8Array(rows.map((row) => row.wcId)),
      int4Array(rows.map((row) => row.quarter)),
      byteaArray(rows.map((row) => row.content)),
    ],
  );
}
