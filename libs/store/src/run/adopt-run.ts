import type { Tx } from '../connect/index.ts';

/**
 * Takes an open run of an earlier leader over, so that its finished shards still count.
 * False where the run is no longer open. The caller holds the epoch.
 */
export async function adoptRun(
  tx: Tx,
  run: { readonly runId: number; readonly epoch: number },
): Promise<boolean> {
  const rows = await tx.query(
    `update run set epoch = $2 where run_id = $1 and state = 'open' returning run_id`,
    [run.runId, run.epoch],
  );
  return rows.length === 1;
}
