import { byteaArray, int4Array, int8Array, textArray } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { BodyRow } from './take-bodies.ts';

/** A body that could not become hours, and why. */
export interface SetAsideRow {
  readonly body: BodyRow;
  readonly reason: string;
}

/** Keeps bodies that cannot be packed, with the reason, so that nothing acknowledged vanishes. */
export async function setAsideBodies(
  tx: Tx,
  cluster: { readonly tenantId: number; readonly clusterId: number },
  rows: readonly SetAsideRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into body_set_aside (tenant_id, cluster_id, agent_id, epoch, seq, hour, reason, block)
     select $1, $2, t.* from
       unnest($3::int4[], $4::int8[], $5::int8[], $6::int4[], $7::text[], $8::bytea[]) as t`,
    [
      cluster.tenantId,
      cluster.clusterId,
      int4Array(rows.map((row) => row.body.agentId)),
      int8Array(rows.map((row) => row.body.epoch)),
      int8Array(rows.map((row) => row.body.seq)),
      int4Array(rows.map((row) => row.body.hour)),
      textArray(rows.map((row) => row.reason)),
      byteaArray(rows.map((row) => row.body.block)),
    ],
  );
}
