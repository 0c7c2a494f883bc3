import type { Tx } from '../connect/index.ts';

/** A workload container that may have hours in a day. */
export interface DayContainer {
  readonly shard: number;
  readonly wcId: number;
}

/** Lists a cluster's workload containers seen before the day's end and not last seen before its start, in shard order. */
export async function listDayContainers(
  tx: Tx,
  of: { readonly clusterId: number; readonly day: number },
): Promise<DayContainer[]> {
  return await tx.query<DayContainer>(
    `select c.shard, c.wc_id as "wcId" from workload w join wc c using (workload_id)
     where w.cluster_id = $1 and c.first_hour < ($2 + 1) * 24 and c.last_hour >= $2 * 24
     order by c.shard, c.wc_id`,
    [of.clusterId, of.day],
  );
}
