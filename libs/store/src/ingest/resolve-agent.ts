import type { Database } from '../connect/index.ts';
import { StoreError } from '../errors.ts';
import { type AgentNode, findAgent } from './find-agent.ts';
import { insertAgent } from './insert-agent.ts';

/**
 * The id under which a node's batches are kept; the node is registered at its first push.
 * The caller has checked that the cluster is the tenant's (`findCluster`) and caches the answer: it never changes.
 */
export async function resolveAgent(db: Database, agent: AgentNode): Promise<number> {
  return await db.transaction(
    async (tx) => {
      // Reading first keeps the identity's numbers from being spent on every process start.
      const id =
        (await findAgent(tx, agent)) ??
        (await insertAgent(tx, agent)) ??
        (await findAgent(tx, agent));
      if (id === undefined) throw agentHidden(agent);
      return id;
    },
    { tenants: [agent.tenantId] },
  );
}

function agentHidden(agent: AgentNode): StoreError {
  return new StoreError(
    'TT_STORE_AGENT_HIDDEN',
    `agent of node ${agent.node} in cluster ${agent.clusterId}: found it neither by reading nor by inserting for tenant ${agent.tenantId}; ` +
      'expected the cluster to belong to that tenant: compare the table cluster',
  );
}
