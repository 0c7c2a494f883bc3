import { int4Array } from '../arrays.ts';
import type { Tx } from '../connect/index.ts';

/** A run to be opened. */
export interface NewRun {
  /** Whose epoch counts: the name of the lease. */
  readonly leadName: string;
  /** The opener's epoch. */
  readonly epoch: number;
  readonly kind: 'daily' | 'full';
  /** The first day not used. */
  readonly asOfDay: number;
  /** The plan, stored as it is. */
  readonly plan: unknown;
  readonly shards: readonly number[];
}

/**
 * Opens a run with all its shards waiting and returns its id; undefined, and nothing written, where the epoch is no
 * longer the opener's. The epoch is held in share mode to the end of the transaction.
 */
export async function openRun(tx: Tx, run: NewRun): Promise<number | undefined> {
  const rows = await tx.query<{ readonly runId: number }>(
    `with lead as (
       select epoch from leader_epoch where name = $1 and epoch = $2 for share
     ), opened as (
       insert into run (kind, epoch, as_of_day, plan)
       select $3, epoch, $4, $5::jsonb from lead returning run_id
     ), cut as (
       insert into run_shard (run_id, shard)
       select run_id, shard from opened, unnest($6::int4[]) as t(shard)
     )
     select run_id as "runId" from opened`,
    [
      run.leadName,
      run.epoch,
      run.kind,
      run.asOfDay,
      JSON.stringify(run.plan),
      int4Array(run.shards),
    ],
  );
  return rows[0]?.runId;
}
