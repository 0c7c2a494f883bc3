import { int4Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';

/** A body as the packer takes it: the batch it came from, and the block to decode. */
export interface BodyRow {
  readonly agentId: number;
  /** 64 random bits as a signed number; outside the safe integers a bigint. */
  readonly epoch: number | bigint;
  readonly seq: number | bigint;
  readonly hour: number;
  readonly block: Uint8Array;
}

/** Which bodies to take. */
export interface BodyChoice {
  readonly clusterId: number;
  readonly hours: readonly number[];
  /** About so many at a time; an agent's bodies are never parted, so it may be exceeded by one agent's. */
  readonly limit: number;
}

/**
 * Marks waiting window bodies as packed and returns them. This is the one place where a body is consumed:
 * the mark and what the bodies become stand or fall with the caller's transaction.
 */
export async function takeBodies(tx: Tx, choice: BodyChoice): Promise<BodyRow[]> {
  return await tx.query<BodyRow>(
    `update body set packed = true
     where cluster_id = $1 and hour = any ($2::int4[]) and not packed and kind = 0
       and agent_id <= (
         select max(agent_id) from (
           select agent_id from body
           where cluster_id = $1 and hour = any ($2::int4[]) and not packed and kind = 0
           order by agent_id limit $3
         ) nearest
       )
     returning agent_id as "agentId", epoch, seq, hour, block`,
    [choice.clusterId, int4Array(choice.hours), choice.limit],
  );
}
