import type { Tx } from '../connect/index.ts';

/** Lists the shards that hold at least one workload container first seen before `asOfDay`, in order. */
export async function listShardsWithContainers(
  db: Pick<Tx, 'query'>,
  asOfDay: number,
): Promise<number[]> {
  const rows = await db.query<{ readonly shard: number }>(
    'select distinct shard from wc where first_hour < $1::int4 * 24 order by shard',
    [asOfDay],
  );
  return rows.map((row) => row.shard);
}
