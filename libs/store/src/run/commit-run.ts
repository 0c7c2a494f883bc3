import type { Tx } from '../connect/index.ts';

/**
 * Commits an open run of this epoch whose shards are all done or set aside; with it all its recommendations become
 * visible at once. False, and nothing changed, where one of these does not hold. The caller holds the epoch.
 */
export async function commitRun(
  tx: Tx,
  run: { readonly runId: number; readonly epoch: number },
): Promise<boolean> {
  const rows = await tx.query(
    `update run set state = 'committed', committed_at = clock_timestamp()
     where run_id = $1 and epoch = $2 and state = 'open' and not exists (
       select 1 from run_shard s where s.run_id = $1 and s.state in ('waiting', 'claimed'))
     returning run_id`,
    [run.runId, run.epoch],
  );
  return rows.length === 1;
}
