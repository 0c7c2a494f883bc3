import type { Tx } from '../connect/index.ts';
import { findCommittedRun } from '../run/index.ts';

/** The newest committed run, whose recommendations are in force; undefined before the first one. */
export async function newestRun(tx: Tx): Promise<number | undefined> {
  return (await findCommittedRun(tx))?.runId;
}
