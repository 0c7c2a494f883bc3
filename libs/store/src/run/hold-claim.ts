import type { Tx } from '../connect/index.ts';

/** Names a claim: only the bearer of the token may write the shard. */
export interface Claim {
  readonly runId: number;
  readonly shard: number;
  readonly token: string;
}

/** Tells that the claim's bearer still works; false where the claim is lost and the work has to stop. */
export async function beatClaim(db: Pick<Tx, 'query'>, claim: Claim): Promise<boolean> {
  const rows = await db.query(
    `update run_shard set heartbeat_at = clock_timestamp()
     where run_id = $1 and shard = $2 and token = $3::uuid and state = 'claimed' returning shard`,
    [claim.runId, claim.shard, claim.token],
  );
  return rows.length === 1;
}

/**
 * Locks the claim's row and holds its run open to the end of the transaction; false where another has the claim or the
 * run is no longer open. A shard is written only after this has said true in the same transaction.
 */
export async function holdClaim(tx: Tx, claim: Claim): Promise<boolean> {
  const runs = await tx.query(`select 1 from run where run_id = $1 and state = 'open' for share`, [
    claim.runId,
  ]);
  if (runs.length === 0) return false;
  const rows = await tx.query(
    `select 1 from run_shard
     where run_id = $1 and shard = $2 and token = $3::uuid and state = 'claimed' for update`,
    [claim.runId, claim.shard, claim.token],
  );
  return rows.length === 1;
}
