import type { Tx } from '../connect/index.ts';

/** How far a run is. */
export interface ShardCounts {
  readonly total: number;
  readonly waiting: number;
  readonly claimed: number;
  readonly done: number;
  readonly setAside: number;
  /** Workload containers in the shards done. */
  readonly containers: number;
}

/** Counts a run's shards by state; all zero for a run without shards. */
export async function countShards(db: Pick<Tx, 'query'>, runId: number): Promise<ShardCounts> {
  const rows = await db.query<ShardCounts>(
    `select count(*)::int4 as total,
       count(*) filter (where state = 'waiting')::int4 as waiting,
       count(*) filter (where state = 'claimed')::int4 as claimed,
       count(*) filter (where state = 'done')::int4 as done,
       count(*) filter (where state = 'set-aside')::int4 as "setAside",
       coalesce(sum(containers), 0)::int4 as containers
     from run_shard where run_id = $1`,
    [runId],
  );
  return rows[0] ?? { total: 0, waiting: 0, claimed: 0, done: 0, setAside: 0, containers: 0 };
}
