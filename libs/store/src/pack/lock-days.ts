import { int4Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { ClusterDays } from './ensure-days.ts';

/** Whether a cluster's day is closed: its hours have become blocks and a sum. */
export interface DayStateRow {
  readonly day: number;
  readonly closed: boolean;
}

type DaysOfCluster = Pick<ClusterDays, 'clusterId' | 'days'>;

/** Reads day states without a lock. A day once seen closed stays closed; an open one may be closed meanwhile. */
export async function readDays(
  db: Pick<Tx, 'query'>,
  cluster: DaysOfCluster,
): Promise<DayStateRow[]> {
  return await db.query<DayStateRow>(
    `select day, closed from day_state
     where cluster_id = $1 and day = any ($2::int4[]) order by day`,
    [cluster.clusterId, int4Array(cluster.days)],
  );
}

/** Holds days in share mode: packers go on beside one another, nobody can close the day until the transaction ends. */
export async function holdDays(tx: Tx, cluster: DaysOfCluster): Promise<DayStateRow[]> {
  return await tx.query<DayStateRow>(
    `select day, closed from day_state
     where cluster_id = $1 and day = any ($2::int4[]) order by day for share`,
    [cluster.clusterId, int4Array(cluster.days)],
  );
}

/** Locks days alone, waiting for packers that hold them. For closing, and for late units of closed days. */
export async function lockDays(tx: Tx, cluster: DaysOfCluster): Promise<DayStateRow[]> {
  return await tx.query<DayStateRow>(
    `select day, closed from day_state
     where cluster_id = $1 and day = any ($2::int4[]) order by day for update`,
    [cluster.clusterId, int4Array(cluster.days)],
  );
}
