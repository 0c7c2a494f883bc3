import pg from 'pg';
import { clientConfig } from '../connect/index.ts';

/** What `seedTenant` made. */
export interface SeededTenant {
  readonly tenantId: number;
  readonly clusterId: number;
  readonly agentId: number;
}

/**
 * Makes a tenant `name` with a cluster `<name>-cluster` and an agent on node `<name>-node`. `url` is
 * a superuser's, as `testDatabase` gives it.
 */
export async function seedTenant(url: string, name: string): Promise<SeededTenant> {
  const client = new pg.Client(clientConfig({ url, applicationName: 'trimtab-testing' }));
  await client.connect();
  try {
    const { rows } = await client.query<SeededTenant>(SEED, [
      name,
      `${name}-cluster`,
      `${name}-node`,
    ]);
    const [seeded] = rows;
    if (seeded === undefined) throw new Error(`no row came back for tenant '${name}'`);
    return seeded;
  } finally {
    await client.end();
  }
}

const SEED = `
with t as (insert into tenant (name) values ($1) returning tenant_id),
  c as (insert into cluster (tenant_id, name) select tenant_id, $2 from t returning tenant_id, cluster_id)
insert into agent (tenant_id, cluster_id, node) select tenant_id, cluster_id, $3 from c
returning tenant_id as "tenantId", cluster_id as "clusterId", agent_id as "agentId"`;
