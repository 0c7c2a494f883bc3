import type { Tx } from '../connect/index.ts';

/** One contender for one lease. */
export interface LeaseBid {
  /** What is led, for instance `controller`; one lease row a name. */
  readonly name: string;
  /** Names this process start, never only the machine: a restarted process must not inherit a lease. */
  readonly holder: string;
  readonly leaseMs: number;
}

/**
 * Takes the lease if it is free, expired or already the bidder's, by the clock of the database alone.
 * Answers whether it is held now. Writes nothing but the lease row, so it never waits for a run's writers.
 */
export async function takeLease(db: Pick<Tx, 'query'>, bid: LeaseBid): Promise<boolean> {
  const rows = await db.query(
    `insert into leader_lease as held (name, holder, expires_at)
     values ($1, $2, clock_timestamp() + $3::float8 * interval '1 millisecond')
     on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
       where held.holder = excluded.holder or held.expires_at <= clock_timestamp()
     returning holder`,
    [bid.name, bid.holder, bid.leaseMs],
  );
  return rows.length === 1;
}
