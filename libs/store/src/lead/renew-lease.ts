import type { Tx } from '../connect/index.ts';
import type { LeaseBid } from './take-lease.ts';

/** What a renewal found. */
export interface RenewalRow {
  /** The epoch in force; another than one's own means that somebody else has led since. */
  readonly epoch: number;
}

/**
 * Prolongs a lease that is still held and not expired; undefined where it is not.
 * An expired lease is not prolonged even if nobody took it: the holder has to bid again and gets a new epoch.
 */
export async function renewLease(
  db: Pick<Tx, 'query'>,
  bid: LeaseBid,
): Promise<RenewalRow | undefined> {
  const rows = await db.query<RenewalRow>(
    `update leader_lease
     set expires_at = clock_timestamp() + $3::float8 * interval '1 millisecond'
     from leader_epoch e
     where leader_lease.name = $1 and leader_lease.holder = $2
       and leader_lease.expires_at > clock_timestamp() and e.name = $1
     returning e.epoch`,
    [bid.name, bid.holder, bid.leaseMs],
  );
  return rows[0];
}
