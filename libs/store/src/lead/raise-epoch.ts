import type { Tx } from '../connect/index.ts';

/** The epoch in force and who raised it. */
export interface EpochRow {
  readonly epoch: number;
}

/**
 * Raises the epoch by one for a holder whose lease has not expired; undefined where it has.
 * Waits for transactions that hold the epoch (`holdEpoch`): a writer stopped in the middle delays a takeover
 * until the server ends its idle transaction, never lets it write under the old epoch afterwards.
 */
export async function raiseEpoch(
  db: Pick<Tx, 'query'>,
  lease: { readonly name: string; readonly holder: string },
): Promise<EpochRow | undefined> {
  const rows = await db.query<EpochRow>(
    `insert into leader_epoch as last (name, epoch, holder)
     select l.name, 1, l.holder from leader_lease l
     where l.name = $1 and l.holder = $2 and l.expires_at > clock_timestamp()
     on conflict (name) do update set epoch = last.epoch + 1, holder = excluded.holder
     returning epoch`,
    [lease.name, lease.holder],
  );
  return rows[0];
}
