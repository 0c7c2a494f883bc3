import { int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { Push } from './push.ts';
import { signedEpoch } from './push.ts';

/** A push whose sequence number the packer has already consumed. */
export interface PackedRow {
  /** Position in the pushes that were handed in, from 0. */
  readonly position: number;
}

/** Names those of `pushes` whose (agent, epoch, seq) has been packed, whatever became of its batch row since. */
export async function readWatermarks(tx: Tx, pushes: readonly Push[]): Promise<PackedRow[]> {
  return await tx.query<PackedRow>(
    `select (asked.position - 1)::int4 as position
     from unnest($1::int4[], $2::int4[], $3::int8[], $4::int8[])
       with ordinality as asked(tenant_id, agent_id, epoch, seq, position)
     join agent_epoch using (tenant_id, agent_id, epoch)
     where agent_epoch.seqs @> asked.seq`,
    [
      int4Array(pushes.map((push) => push.tenantId)),
      int4Array(pushes.map((push) => push.agentId)),
      int8Array(pushes.map((push) => signedEpoch(push.identity.epoch))),
      int8Array(pushes.map((push) => push.identity.seq)),
    ],
  );
}
