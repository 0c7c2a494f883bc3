import type { Tx } from '../connect/index.ts';

/** One hour of one cluster with bodies that wait to be packed. */
export interface WaitingUnit {
  readonly tenantId: number;
  readonly clusterId: number;
  /** Milliseconds since 1970, from the database's clock. */
  readonly clusterCreatedAt: number;
  readonly hour: number;
  /** At least 1. */
  readonly bodies: number;
}

/**
 * Lists every unit with waiting window bodies, clusters in order, oldest hour first; empty when all is packed.
 * Bodies of a kind this version does not know are not listed: they wait for a version that does.
 */
export async function listWaitingUnits(db: Pick<Tx, 'query'>): Promise<WaitingUnit[]> {
  return await db.query<WaitingUnit>(
    `select c.tenant_id as "tenantId", b.cluster_id as "clusterId", b.hour, b.bodies,
            (extract(epoch from c.created_at) * 1000)::float8 as "clusterCreatedAt"
     from (select cluster_id, hour, count(*)::int4 as bodies
           from body where not packed and kind = 0 group by cluster_id, hour) b
     join cluster c using (cluster_id)
     order by b.cluster_id, b.hour`,
  );
}
