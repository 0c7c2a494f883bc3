import type { Tx } from '../connect/index.ts';

/** How a replica claims work. */
export interface ShardBid {
  /** A fresh UUID; whoever shows it may write the shard. */
  readonly token: string;
  readonly holder: string;
  /** A claim without a heartbeat for so long is free again. */
  readonly visibilityMs: number;
  /** A shard claimed so often in vain is left to `setAsideSpentShards`. */
  readonly maxAttempts: number;
}

/** A shard claimed, and what is to be done with it. */
export interface ClaimedShard {
  readonly runId: number;
  readonly shard: number;
  /** This one included. */
  readonly attempts: number;
  readonly asOfDay: number;
  readonly plan: unknown;
}

/** Claims one shard of an open run that is waiting or whose claim has expired; undefined when there is none. */
export async function claimShard(
  db: Pick<Tx, 'query'>,
  bid: ShardBid,
): Promise<ClaimedShard | undefined> {
  const rows = await db.query<ClaimedShard>(
    `with free as (
       select s.run_id, s.shard, r.as_of_day, r.plan
       from run_shard s join run r using (run_id)
       where r.state = 'open' and s.attempts < $4
         and (s.state = 'waiting' or (s.state = 'claimed'
           and s.heartbeat_at < clock_timestamp() - $3::float8 * interval '1 millisecond'))
       order by s.attempts, s.run_id, s.shard limit 1
       for update of s skip locked
     )
     update run_shard s set state = 'claimed', token = $1::uuid, holder = $2,
       heartbeat_at = clock_timestamp(), attempts = s.attempts + 1
     from free where s.run_id = free.run_id and s.shard = free.shard
     returning s.run_id as "runId", s.shard, s.attempts, free.as_of_day as "asOfDay", free.plan`,
    [bid.token, bid.holder, bid.visibilityMs, bid.maxAttempts],
  );
  return rows[0];
}
