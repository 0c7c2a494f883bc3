import type { Tx } from '../connect/index.ts';

/**
 * Counts bodies not packed yet whose hour is before `beforeHour`; without it, all.
 * Reads the partial index of waiting bodies only.
 */
export async function countWaitingBodies(
  db: Pick<Tx, 'query'>,
  beforeHour?: number,
): Promise<number> {
  const rows = await db.query<{ readonly bodies: number }>(
    `select count(*)::int4 as bodies from body
     where not packed and kind = 0 and ($1::int4 is null or hour < $1)`,
    [beforeHour ?? null],
  );
  return rows[0]?.bodies ?? 0;
}
