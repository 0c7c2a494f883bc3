import type { Tx } from '../connect/index.ts';

/** Lets a lease run out at once, so that the next bidder need not wait. Does nothing where it is not held by `holder`. */
export async function releaseLease(
  db: Pick<Tx, 'query'>,
  lease: { readonly name: string; readonly holder: string },
): Promise<void> {
  await db.query(
    'update leader_lease set expires_at = clock_timestamp() where name = $1 and holder = $2',
    [lease.name, lease.holder],
  );
}
