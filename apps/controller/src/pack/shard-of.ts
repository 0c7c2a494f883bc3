import { hash } from 'node:crypto';

/** What a workload container is known by for as long as it lives. */
export interface WorkloadContainer {
  readonly tenantId: number;
  readonly clusterId: number;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly container: string;
}

/** How many shards the fleet's workload containers are spread over. Part of the schema: it never changes. */
export const SHARDS = 256;

/**
 * The shard of a workload container, 0 to 255: the first byte of the SHA-256 of the six parts in the order of
 * `WorkloadContainer`, numbers in decimal, joined by a zero character (which no part may hold). The same on every
 * machine and in every version, and within reach of SQL and Spark: `sha2(concat_ws(char(0), ...), 256)`.
 */
export function shardOf(of: WorkloadContainer): number {
  const parts = [of.tenantId, of.clusterId, of.namespace, of.kind, of.name, of.container];
  return Number.parseInt(hash('sha256', parts.join('\0'), 'hex').slice(0, 2), 16);
}
