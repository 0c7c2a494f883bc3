import type { Tx } from '../connect/index.ts';

/**
 * The oldest day that still has work: a body waiting for it, or not closed yet; undefined where there is none.
 * Partitions from there on must stay, however far an import reaches back.
 */
export async function findOldestOpenDay(db: Pick<Tx, 'query'>): Promise<number | undefined> {
  const rows = await db.query<{ readonly day: number | null }>(
    `select least(
       (select min(hour) / 24 from body where not packed and kind = 0),
       (select min(day) from day_state where not closed)) as day`,
  );
  return rows[0]?.day ?? undefined;
}
