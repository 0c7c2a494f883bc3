import type { Database } from '../connect/index.ts';
import { upsertCluster } from './upsert-cluster.ts';
import { upsertTenant } from './upsert-tenant.ts';

/** Ids of a cluster and of the tenant it belongs to. */
export interface RegisteredCluster {
  readonly tenantId: number;
  readonly clusterId: number;
}

/**
 * Makes a tenant and a cluster by name, or finds them where they exist. Only the owner of the schema may:
 * `db` is connected without a role. Names have 1 to 253 characters.
 */
export async function registerCluster(
  db: Database,
  names: { readonly tenant: string; readonly cluster: string },
): Promise<RegisteredCluster> {
  return await db.transaction(async (tx) => {
    const tenantId = await upsertTenant(tx, names.tenant);
    const clusterId = await upsertCluster(tx, { tenantId, name: names.cluster });
    return { tenantId, clusterId };
  });
}
