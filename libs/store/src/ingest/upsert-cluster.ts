import type { Tx } from '../connect/index.ts';
import { onlyRow } from './only-row.ts';

/** The id of the tenant's cluster of that name, made where it does not exist. */
export async function upsertCluster(
  tx: Tx,
  cluster: { readonly tenantId: number; readonly name: string },
): Promise<number> {
  const rows = await tx.query<{ readonly clusterId: number }>(
    `insert into cluster (tenant_id, name) values ($1, $2)
     on conflict (tenant_id, name) do update set name = excluded.name
     returning cluster_id as "clusterId"`,
    [cluster.tenantId, cluster.name],
  );
  return onlyRow(rows, 'cluster').clusterId;
}
