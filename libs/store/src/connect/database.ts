/**
 * Connections, roles and transactions. A process opens one `Database` a role; PostgreSQL then sees
 * every statement of it as that group role, whatever the login role is, and row-level security
 * answers for the tenants that the transaction names.
 *
 * Nothing is retried here: a caller knows whether doing its work twice is right. A client is given
 * back to the pool only when the server answered; after a lost connection, a read timeout or a
 * failed rollback it is thrown away.
 */
import pg from 'pg';
import { StoreError } from '../errors.ts';
import { explainConnection, nameOf } from './explain.ts';
import { ignore, Session } from './session.ts';
import { runTransaction, type TransactionOptions, type Tx } from './transaction.ts';
import { CONNECTION_TYPES } from './types.ts';
import { endsConnection } from './unavailable.ts';
import { type DatabaseAddress, readDatabaseUrl } from './url.ts';

/** The group roles that processes act as; row-level security and grants are written for these. */
export type StoreRole = 'trimtab_ingest' | 'trimtab_api' | 'trimtab_controller';

/** How to connect. */
export interface ConnectOptions {
  /** See `connect/url.ts` for what is understood. */
  readonly url: string;
  /** Act as this group role; absent = as the login user itself (migrations, tests). */
  readonly role?: StoreRole;
  /** Connections at most, 1 to 1000. They are opened when needed and closed after 10 s of rest. */
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** The server cancels a statement after this; the client gives up 5 s later. Default 30 s. */
  readonly statementTimeoutMs?: number;
  /** Waiting for a free or new connection ends after this with TT_STORE_BUSY. Default 10 s. */
  readonly acquireTimeoutMs?: number;
}

/** A pool of connections that act as one role. */
export interface Database {
  /** Rows of one statement in a transaction of its own, with no tenant set. */
  query<R>(text: string, params?: readonly unknown[]): Promise<R[]>;
  /**
   * Runs `fn` in a transaction: committed when it resolves, rolled back when it throws, and the
   * error passed on. When the connection is lost during the commit the outcome is unknown: the
   * caller gets TT_STORE_UNAVAILABLE and must be able to repeat its work.
   */
  transaction<T>(fn: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Waits for running work and closes every connection; later use throws TT_STORE_CLOSED. */
  close(): Promise<void>;
}

const DEFAULT_STATEMENT_TIMEOUT_MS = 30_000;
const DEFAULT_ACQUIRE_TIMEOUT_MS = 10_000;
/** How long after the server's own cancel the client gives up; see `session.ts`. */
const GRACE_MS = 5_000;
/** A client that stops inside a transaction must not hold its locks for longer. */
const IDLE_IN_TRANSACTION_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

/**
 * A database handle; connects when first used. Throws TT_STORE_URL at a URL that cannot be read.
 * Connection trouble surfaces from its methods, as errors for which `isUnavailable` is true.
 */
export function connect(options: ConnectOptions): Database {
  return new PooledDatabase(options);
}

/** The driver's settings for `options`; also used by the migrator for its single connection. */
export function clientConfig(options: Omit<ConnectOptions, 'poolSize'>): pg.ClientConfig {
  const address = readDatabaseUrl(options.url);
  const statementTimeoutMs = options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS;
  return {
    ...address,
    ...(options.role === undefined ? {} : { options: `-c role=${options.role}` }),
    application_name: options.applicationName,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    connectionTimeoutMillis: options.acquireTimeoutMs ?? DEFAULT_ACQUIRE_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: CONNECTION_TYPES,
  };
}

class PooledDatabase implements Database {
  readonly #pool: pg.Pool;
  readonly #address: DatabaseAddress;
  readonly #acquireTimeoutMs: number;
  readonly #deadlineMs: number;
  #closing: Promise<void> | undefined;

  constructor(options: ConnectOptions) {
    this.#address = readDatabaseUrl(options.url);
    this.#acquireTimeoutMs = options.acquireTimeoutMs ?? DEFAULT_ACQUIRE_TIMEOUT_MS;
    this.#deadlineMs = (options.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS) + GRACE_MS;
    this.#pool = new pg.Pool({ ...clientConfig(options), max: options.poolSize });
    // A connection that breaks while idle leaves the pool by itself; one that breaks while in use
    // fails the statement that runs on it. Without listeners either would end the process.
    this.#pool.on('error', ignore);
    this.#pool.on('connect', (client) => client.on('error', ignore));
  }

  query<R>(text: string, params?: readonly unknown[]): Promise<R[]> {
    return this.#withClient(async (client) => {
      const { rows } = await new Session(client, this.#deadlineMs).run<R>(text, params);
      return rows;
    });
  }

  transaction<T>(fn: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#withClient((client) =>
      runTransaction(new Session(client, this.#deadlineMs), fn, {
        ...options,
        isIdle: () => client.getTransactionStatus() === 'I',
      }),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#acquire();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(endsConnection(error) || client.getTransactionStatus() !== 'I');
      throw this.#explain(error);
    }
  }

  async #acquire(): Promise<pg.PoolClient> {
    if (this.#closing !== undefined) {
      throw new StoreError(
        'TT_STORE_CLOSED',
        `${this.#where()}: the handle is closed; expected no work after close()`,
      );
    }
    try {
      return await this.#pool.connect();
    } catch (cause) {
      if (cause instanceof Error && cause.message === POOL_EXHAUSTED) {
        throw new StoreError(
          'TT_STORE_BUSY',
          `${this.#where()}: all ${this.#pool.options.max} connections stayed in use for ` +
            `${this.#acquireTimeoutMs} ms; expected one to become free: ` +
            'shed load, raise the pool size or look for slow statements',
          { cause },
        );
      }
      throw this.#explain(cause);
    }
  }

  #explain(error: unknown): unknown {
    return explainConnection(error, this.#address);
  }

  #where(): string {
    return nameOf(this.#address);
  }
}

/** The pool's own words for a wait that took too long; it has no code for it. */
const POOL_EXHAUSTED = 'timeout exceeded when trying to connect';
