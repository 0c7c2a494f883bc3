import type { EpochDay } from '@trimtab/units';
import type { Tx } from '../connect/index.ts';

/** How long a batch's row is kept after the day of its sealing; `partition_is_needed` says the same. */
const KEPT_DAYS = 8;

/**
 * Whether the batches of a sealed day must still be there, by the database's own clock: a missing partition then means
 * that nobody has made it yet, not that its time is over.
 */
export async function isDayKept(db: Pick<Tx, 'query'>, day: EpochDay): Promise<boolean> {
  const rows = await db.query<{ readonly kept: boolean }>(
    'select $1::int4 >= floor(extract(epoch from now()) / 86400)::int4 - $2::int4 as kept',
    [day, KEPT_DAYS],
  );
  return rows[0]?.kept ?? true;
}
