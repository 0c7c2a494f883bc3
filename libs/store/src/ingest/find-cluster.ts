import type { Tx } from '../connect/index.ts';

/** A cluster that is registered for its tenant. */
export interface ClusterRow {
  readonly tenantId: number;
  readonly clusterId: number;
  readonly tenant: string;
  readonly cluster: string;
}

/** The cluster of a certificate, or undefined where the tenant has no such cluster. Needs no tenant set. */
export async function findCluster(
  db: Pick<Tx, 'query'>,
  wanted: { readonly tenantId: number; readonly clusterId: number },
): Promise<ClusterRow | undefined> {
  const rows = await db.query<ClusterRow>(
    `select tenant_id as "tenantId", cluster_id as "clusterId", tenant.name as tenant, cluster.name as cluster
     from cluster join tenant using (tenant_id)
     where tenant_id = $1 and cluster_id = $2`,
    [wanted.tenantId, wanted.clusterId],
  );
  return rows[0];
}
