import { StoreError } from '../errors.ts';
import type { Session } from './session.ts';
import { endsConnection } from './unavailable.ts';

/** The statements of one transaction. Unusable once the transaction has ended. */
export interface Tx {
  /** Rows of one statement; parameters are bound. Value types: see `connect/types.ts`. */
  query<R>(text: string, params?: readonly unknown[]): Promise<R[]>;
  /**
   * The bytes of a `copy (...) to stdout` statement as they arrive, in chunks that do not end at
   * rows. The statement takes no parameters. Leaving the loop early gives the connection up.
   */
  copyOut(text: string): AsyncIterable<Buffer>;
}

/** What a transaction is opened with. */
export interface TransactionOptions {
  /** Tenants whose rows may be read and written; absent or empty = none (under row security). */
  readonly tenants?: readonly number[];
  /** Absent = read committed. */
  readonly isolation?: 'repeatable read';
}

/**
 * One transaction on `session`; the contract is that of `Database.transaction`. `isIdle` tells
 * whether the connection is outside any transaction.
 */
export async function runTransaction<T>(
  session: Session,
  fn: (tx: Tx) => Promise<T>,
  options: TransactionOptions & { readonly isIdle: () => boolean },
): Promise<T> {
  const tenants = formatTenants(options.tenants ?? []);
  await session.run(
    options.isolation === undefined ? 'begin' : 'begin isolation level repeatable read',
  );
  const tx = new SessionTx(session);
  try {
    if (tenants !== '') {
      await session.run("select set_config('trimtab.tenants', $1, true)", [tenants]);
    }
    const result = await fn(tx);
    tx.end();
    await commit(session);
    return result;
  } catch (error) {
    tx.end();
    if (!endsConnection(error) && !options.isIdle()) await rollback(session);
    throw error;
  }
}

class SessionTx implements Tx {
  readonly #session: Session;
  #state: 'open' | 'ended' = 'open';

  constructor(session: Session) {
    this.#session = session;
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<R[]> {
    this.#check();
    const { rows } = await this.#session.run<R>(text, params);
    return rows;
  }

  async *copyOut(text: string): AsyncIterable<Buffer> {
    this.#check();
    yield* this.#session.copyOut(text);
  }

  end(): void {
    this.#state = 'ended';
  }

  #check(): void {
    if (this.#state === 'open') return;
    throw new StoreError(
      'TT_STORE_CLOSED',
      'a statement was sent after its transaction had ended; expected every one to be awaited in it',
    );
  }
}

async function commit(session: Session): Promise<void> {
  const { command } = await session.run('commit');
  if (command === 'COMMIT') return;
  throw new StoreError(
    'TT_STORE_ROLLED_BACK',
    `commit was answered with ${command}: an earlier statement of the transaction failed and its ` +
      'error was swallowed; expected the error to leave the transaction',
  );
}

async function rollback(session: Session): Promise<void> {
  try {
    await session.run('rollback');
  } catch {
    // The first error is the one to report; a connection that is still inside is not used again.
  }
}

function formatTenants(tenants: readonly number[]): string {
  for (const tenant of tenants) {
    if (Number.isInteger(tenant) && tenant > 0 && tenant <= 2147483647) continue;
    throw new StoreError(
      'TT_STORE_TENANTS',
      `transaction: found tenant ${String(tenant)}; expected integers from 1 to 2147483647`,
    );
  }
  return tenants.join(',');
}
