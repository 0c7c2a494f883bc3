import type { Tx } from '../connect/index.ts';
import type { AgentNode } from './find-agent.ts';

/** Registers a node's agent; undefined where another process was faster. The tenant has to be set. */
export async function insertAgent(tx: Tx, agent: AgentNode): Promise<number | undefined> {
  const rows = await tx.query<{ readonly agentId: number }>(
    `insert into agent (tenant_id, cluster_id, node) values ($1, $2, $3)
     on conflict (cluster_id, node) do nothing
     returning agent_id as "agentId"`,
    [agent.tenantId, agent.clusterId, agent.node],
  );
  return rows[0]?.agentId;
}
