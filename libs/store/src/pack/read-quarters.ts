import { int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';

/** Names one closed day of one workload container. */
export interface DayKey {
  readonly shard: number;
  readonly wcId: number;
  readonly day: number;
}

/** Six hours of a closed day, as stored. */
export interface QuarterRow {
  readonly wcId: number;
  /** `day * 4 + 0..3`. */
  readonly quarter: number;
  readonly content: Uint8Array;
}

/** Reads the quarters that are kept of the days named; a day whose blocks have expired has none. */
export async function readQuarters(
  db: Pick<Tx, 'query'>,
  keys: readonly DayKey[],
): Promise<QuarterRow[]> {
  if (keys.length === 0) return [];
  const days = keys.map((key) => key.day);
  return await db.query<QuarterRow>(
    `select b.wc_id as "wcId", b.quarter, b.content
     from unnest($1::int4[], $2::int8[], $3::int4[]) as t(shard, wc_id, day)
     join day_block b on b.shard = t.shard and b.wc_id = t.wc_id
       and b.quarter between t.day * 4 and t.day * 4 + 3
     where b.quarter between $4 and $5
     order by b.wc_id, b.quarter`,
    [
      int4Array(keys.map((key) => key.shard)),
      int8Array(keys.map((key) => key.wcId)),
      int4Array(days),
      Math.min(...days) * 4,
      Math.max(...days) * 4 + 3,
    ],
  );
}
