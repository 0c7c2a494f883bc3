import type { Tx } from '../connect/index.ts';

/**
 * Lets this transaction pause between statements for up to `pauseMs` before the server ends it: decoding some thousand
 * blocks takes longer than the few seconds that are right everywhere else. Only for transactions that do not hold the epoch.
 */
export async function allowPauses(tx: Tx, pauseMs: number): Promise<void> {
  await tx.query("select set_config('idle_in_transaction_session_timeout', $1, true)", [
    String(pauseMs),
  ]);
}
