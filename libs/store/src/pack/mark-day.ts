import type { Tx } from '../connect/index.ts';

interface ClusterDay {
  readonly clusterId: number;
  readonly day: number;
}

/** Closes a day for good. The caller holds its lock and has written its blocks and sums. */
export async function markDayClosed(tx: Tx, of: ClusterDay): Promise<void> {
  await tx.query(
    'update day_state set closed = true, rev = rev + 1 where cluster_id = $1 and day = $2',
    [of.clusterId, of.day],
  );
}

/** Raises the revision of a closed day that a late unit changed, so that readers can tell. */
export async function markDayChanged(tx: Tx, of: ClusterDay): Promise<void> {
  await tx.query('update day_state set rev = rev + 1 where cluster_id = $1 and day = $2', [
    of.clusterId,
    of.day,
  ]);
}
