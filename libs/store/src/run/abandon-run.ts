import type { Tx } from '../connect/index.ts';

/**
 * Gives an open run up for good: what its shards wrote gets an empty interval, so that no later run can show it, and
 * what they replaced is in force again. Waits for a shard that is being written. False where the run is not open.
 * The caller holds the epoch.
 */
export async function abandonRun(tx: Tx, runId: number): Promise<boolean> {
  const rows = await tx.query(
    `update run set state = 'abandoned' where run_id = $1 and state = 'open' returning run_id`,
    [runId],
  );
  if (rows.length === 0) return false;
  await tx.query('update rec set to_run = from_run where from_run = $1 and to_run is null', [
    runId,
  ]);
  await tx.query('update rec set to_run = null where to_run = $1 and from_run < $1', [runId]);
  return true;
}
