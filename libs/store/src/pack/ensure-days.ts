import { int4Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';

/** Some days of one cluster. */
export interface ClusterDays {
  readonly tenantId: number;
  readonly clusterId: number;
  readonly days: readonly number[];
}

/**
 * Makes the missing day states, open. Runs in its own short transaction before packing:
 * two packers that both insert the same state inside their long ones would wait for one another.
 */
export async function ensureDays(db: Pick<Tx, 'query'>, cluster: ClusterDays): Promise<void> {
  await db.query(
    `insert into day_state (tenant_id, cluster_id, day)
     select $1, $2, day from unnest($3::int4[]) as t(day) order by day
     on conflict do nothing`,
    [cluster.tenantId, cluster.clusterId, int4Array(cluster.days)],
  );
}
