import { byteaArray, int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import { type HourRow, hourSpan } from './hour-rows.ts';

/** Replaces the content of stored hours by what they were merged to; each row's revision goes up by one. */
export async function replaceHours(tx: Tx, rows: readonly HourRow[]): Promise<void> {
  if (rows.length === 0) return;
  const span = hourSpan(rows);
  await tx.query(
    `update hours h set covered = t.covered, content = t.content, rev = h.rev + 1
     from unnest($1::int4[], $2::int8[], $3::int4[], $4::int4[], $5::bytea[]) as t(shard, wc_id, hour, covered, content)
     where h.shard = t.shard and h.wc_id = t.wc_id and h.hour = t.hour and h.hour between $6 and $7`,
    [
      int4Array(rows.map((row) => row.shard)),
      int8Array(rows.map((row) => row.wcId)),
      int4Array(rows.map((row) => row.hour)),
      int4Array(rows.map((row) => row.covered)),
      byteaArray(rows.map((row) => row.content)),
      span.from,
      span.to,
    ],
  );
}
