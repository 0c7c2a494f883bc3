import { int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { Push } from './push.ts';
import { signedEpoch } from './push.ts';

/** What is stored under the key of one of the pushes asked for. */
export interface DigestRow {
  /** Position in the pushes that were handed in, from 0. */
  readonly position: number;
  readonly digest: Uint8Array;
  readonly rejected: number;
}

/**
 * Reads the digests stored under the keys of `pushes`. It has to be a statement of its own after the insert:
 * a row that another transaction committed while the insert waited is visible only to a newer snapshot.
 */
export async function readDigests(tx: Tx, pushes: readonly Push[]): Promise<DigestRow[]> {
  return await tx.query<DigestRow>(
    `select (asked.position - 1)::int4 as position, batch.digest, batch.rejected
     from unnest($1::int4[], $2::int4[], $3::int8[], $4::int8[], $5::int4[])
       with ordinality as asked(tenant_id, agent_id, epoch, seq, sealed_day, position)
     join batch using (tenant_id, agent_id, epoch, seq, sealed_day)`,
    [
      int4Array(pushes.map((push) => push.tenantId)),
      int4Array(pushes.map((push) => push.agentId)),
      int8Array(pushes.map((push) => signedEpoch(push.identity.epoch))),
      int8Array(pushes.map((push) => push.identity.seq)),
      int4Array(pushes.map((push) => push.identity.sealedDay)),
    ],
  );
}
