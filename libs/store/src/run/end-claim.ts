import type { Tx } from '../connect/index.ts';
import type { Claim } from './hold-claim.ts';

/** Marks a shard done in the transaction that wrote it. The caller holds the claim (`holdClaim`). */
export async function finishShard(tx: Tx, claim: Claim, containers: number): Promise<void> {
  await tx.query(
    `update run_shard set state = 'done', token = null, containers = $4
     where run_id = $1 and shard = $2 and token = $3::uuid`,
    [claim.runId, claim.shard, claim.token, containers],
  );
}

/** Hands a shard back untouched, as at a clean stop; the attempt does not count. Does nothing where the claim is lost. */
export async function releaseShard(db: Pick<Tx, 'query'>, claim: Claim): Promise<void> {
  await db.query(
    `update run_shard set state = 'waiting', token = null, holder = null, attempts = attempts - 1
     where run_id = $1 and shard = $2 and token = $3::uuid and state = 'claimed'`,
    [claim.runId, claim.shard, claim.token],
  );
}

/** Gives a shard back after a failure, with its reason; the attempt counts. Does nothing where the claim is lost. */
export async function failShard(
  db: Pick<Tx, 'query'>,
  claim: Claim,
  reason: string,
): Promise<void> {
  await db.query(
    `update run_shard set state = 'waiting', token = null, holder = null, reason = $4
     where run_id = $1 and shard = $2 and token = $3::uuid and state = 'claimed'`,
    [claim.runId, claim.shard, claim.token, reason],
  );
}

/**
 * Sets shards aside that have been tried `maxAttempts` times and are not being worked on; returns them.
 * What was in force for their containers stays in force, and the run can be committed without them.
 */
export async function setAsideSpentShards(
  db: Pick<Tx, 'query'>,
  of: { readonly runId: number; readonly maxAttempts: number; readonly visibilityMs: number },
): Promise<{ readonly shard: number; readonly reason: string }[]> {
  return await db.query(
    `update run_shard set state = 'set-aside', token = null,
       reason = coalesce(reason, 'its worker went silent in each attempt')
     where run_id = $1 and attempts >= $2 and (state = 'waiting' or (state = 'claimed'
       and heartbeat_at < clock_timestamp() - $3::float8 * interval '1 millisecond'))
     returning shard, reason`,
    [of.runId, of.maxAttempts, of.visibilityMs],
  );
}
