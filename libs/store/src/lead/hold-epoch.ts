import type { Tx } from '../connect/index.ts';

/**
 * Locks the epoch row in share mode to the end of the transaction and tells whether it still is `epoch`.
 * Whoever opens or commits a run asks this first: while the lock is held nobody can raise the epoch.
 */
export async function holdEpoch(
  tx: Tx,
  lead: { readonly name: string; readonly epoch: number },
): Promise<boolean> {
  const rows = await tx.query<{ readonly epoch: number }>(
    'select epoch from leader_epoch where name = $1 for share',
    [lead.name],
  );
  return rows[0]?.epoch === lead.epoch;
}
