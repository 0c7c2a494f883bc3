import type { Database, Tx } from '@trimtab/store';
import type { Bench } from './database.ts';

/** Ends the server process behind a transaction, as a failover or an operator would. */
export async function killBackend(bench: Bench, tx: Pick<Tx, 'query'>): Promise<void> {
  const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
  await bench.admin.query('select pg_terminate_backend($1)', [row?.pid]);
}

/** A database whose transactions lose their connection before their statement number `at`; the last one is the commit. */
export function killedAt(bench: Bench, at: number): Database {
  return {
    query: (text, params) => bench.db.query(text, params),
    close: () => bench.db.close(),
    transaction: (fn, options) =>
      bench.db.transaction(async (tx) => {
        let statements = 0;
        const wrapped: Tx = {
          copyOut: (text) => tx.copyOut(text),
          query: async (text, params) => {
            if (statements === at) await killBackend(bench, tx);
            statements += 1;
            return await tx.query(text, params);
          },
        };
        const result = await fn(wrapped);
        if (statements === at) await killBackend(bench, tx);
        return result;
      }, options),
  };
}
