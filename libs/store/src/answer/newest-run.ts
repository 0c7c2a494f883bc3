import type { Tx } from '../connect/index.ts';

/** The newest committed run, whose recommendations are in force; undefined before the first one. */
export async function newestRun(tx: Tx): Promise<number | undefined> {
  const rows = await tx.query<{ readonly runId: number }>(
    `select run_id as "runId" from run where state = 'committed' order by run_id desc limit 1`,
  );
  return rows[0]?.runId;
}
