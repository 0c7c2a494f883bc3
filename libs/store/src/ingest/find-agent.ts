import type { Tx } from '../connect/index.ts';

/** The sender that one node of one cluster is. */
export interface AgentNode {
  readonly tenantId: number;
  readonly clusterId: number;
  /** Name of the node, 1 to 253 characters. */
  readonly node: string;
}

/** The id of a node's agent, or undefined where it has never pushed. The tenant has to be set. */
export async function findAgent(tx: Tx, agent: AgentNode): Promise<number | undefined> {
  const rows = await tx.query<{ readonly agentId: number }>(
    `select agent_id as "agentId" from agent where tenant_id = $1 and cluster_id = $2 and node = $3`,
    [agent.tenantId, agent.clusterId, agent.node],
  );
  return rows[0]?.agentId;
}
