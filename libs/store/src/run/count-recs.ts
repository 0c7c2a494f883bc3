import type { Tx } from '../connect/index.ts';

/** Recommendations visible at a run. */
export interface RecCounts {
  /** CPU and memory named. */
  readonly recommended: number;
  /** One of the two named. */
  readonly partial: number;
  readonly withheld: number;
  /** Those that this run wrote; the others have been in force since before. */
  readonly changed: number;
}

/** Counts the recommendations visible at a committed run. */
export async function countRecs(db: Pick<Tx, 'query'>, runId: number): Promise<RecCounts> {
  const rows = await db.query<RecCounts>(
    `select count(*) filter (where cpu_request_m is not null and memory_request is not null)::int4 as recommended,
       count(*) filter (where (cpu_request_m is null) <> (memory_request is null))::int4 as partial,
       count(*) filter (where cpu_request_m is null and memory_request is null)::int4 as withheld,
       count(*) filter (where from_run = $1)::int4 as changed
     from rec where from_run <= $1 and (to_run is null or to_run > $1)`,
    [runId],
  );
  return rows[0] ?? { recommended: 0, partial: 0, withheld: 0, changed: 0 };
}
