import { byteaArray, int4Array, int8Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';
import type { Push } from './push.ts';
import { signedEpoch } from './push.ts';

/** Key of a batch that this transaction has appended. */
export interface FreshRow {
  /** Position in the pushes that were handed in, from 0. */
  readonly position: number;
}

const SQL = `
with pushed as (
  select * from unnest($1::int4[], $2::int4[], $3::int8[], $4::int8[], $5::int4[], $6::int4[], $7::int4[],
      $8::bytea[], $9::int4[], $10::int4[])
    with ordinality as p(tenant_id, agent_id, epoch, seq, sealed_day, cluster_id, hour,
      digest, points, rejected, position)
), fresh as (
  insert into batch (tenant_id, agent_id, epoch, seq, sealed_day, cluster_id, hour, digest, points, rejected)
  select tenant_id, agent_id, epoch, seq, sealed_day, cluster_id, hour, digest, points, rejected
  from pushed order by tenant_id, agent_id, epoch, seq, sealed_day
  on conflict do nothing
  returning tenant_id, agent_id, epoch, seq, sealed_day
), known as (
  select p.* from pushed p join fresh using (tenant_id, agent_id, epoch, seq, sealed_day)
), appended as (
  insert into body (tenant_id, agent_id, epoch, seq, sealed_day, cluster_id, hour, received_hour, block)
  select k.tenant_id, k.agent_id, k.epoch, k.seq, k.sealed_day, k.cluster_id, b.hour,
    floor(extract(epoch from now()) / 3600)::int4, b.block
  from known k join unnest($11::int8[], $12::int4[], $13::bytea[]) as b(position, hour, block) using (position)
)
select (position - 1)::int4 as position from known`;

/**
 * Appends the batches that are not there yet, and the bodies of just those. The hour of receipt is the
 * database's own clock, so that several API processes fill the same partition.
 * `pushes` hold each key once, in the order of `byBatchKey`. A missing partition raises SQLSTATE 23514.
 */
export async function insertFresh(tx: Tx, pushes: readonly Push[]): Promise<FreshRow[]> {
  const bodies = pushes.flatMap((push, index) =>
    push.bodies.map((body) => ({ position: index + 1, ...body })),
  );
  return await tx.query<FreshRow>(SQL, [
    int4Array(pushes.map((push) => push.tenantId)),
    int4Array(pushes.map((push) => push.agentId)),
    int8Array(pushes.map((push) => signedEpoch(push.identity.epoch))),
    int8Array(pushes.map((push) => push.identity.seq)),
    int4Array(pushes.map((push) => push.identity.sealedDay)),
    int4Array(pushes.map((push) => push.clusterId)),
    int4Array(pushes.map((push) => push.bodies[0]?.hour ?? push.identity.sealedDay * 24)),
    byteaArray(pushes.map((push) => push.digest)),
    int4Array(pushes.map((push) => push.points)),
    int4Array(pushes.map((push) => push.rejected)),
    int8Array(bodies.map((body) => body.position)),
    int4Array(bodies.map((body) => body.hour)),
    byteaArray(bodies.map((body) => body.block)),
  ]);
}
