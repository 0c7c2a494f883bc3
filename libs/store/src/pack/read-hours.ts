import { int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import { type HourKey, hourSpan } from './hour-rows.ts';

/** A stored hour. */
export interface StoredHour {
  readonly wcId: number;
  readonly hour: number;
  readonly content: Uint8Array;
}

/** Reads the hours named by `keys` that are there. The caller holds the unit's lock, so nobody else changes them. */
export async function readHours(tx: Tx, keys: readonly HourKey[]): Promise<StoredHour[]> {
  if (keys.length === 0) return [];
  const span = hourSpan(keys);
  return await tx.query<StoredHour>(
    `select h.wc_id as "wcId", h.hour, h.content
     from unnest($1::int4[], $2::int8[], $3::int4[]) as t(shard, wc_id, hour)
     join hours h on h.shard = t.shard and h.wc_id = t.wc_id and h.hour = t.hour
     where h.hour between $4 and $5`,
    [
      int4Array(keys.map((key) => key.shard)),
      int8Array(keys.map((key) => key.wcId)),
      int4Array(keys.map((key) => key.hour)),
      span.from,
      span.to,
    ],
  );
}
