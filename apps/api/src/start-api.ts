/**
 * Wires the API: two listeners, two database roles, the group commit between them, health on a port of its own.
 * Starts whatever the state of the database: while it is away pushes get 503 and readiness is red; both recover
 * by themselves.
 */
import type { AddressInfo } from 'node:net';
import { type Clock, type Log, type Metrics, serveHealth } from '@trimtab/daemon';
import { checkSchema, connect, type Database, isUnavailable } from '@trimtab/store';
import { appendBatches, isUnstorable } from '@trimtab/store/ingest';
import { type PeopleListener, peopleListener } from './answer/index.ts';
import { DatabaseWatch } from './database-watch.ts';
import { ApiError } from './errors.ts';
import {
  type AgentsListener,
  type AgentsTls,
  agentsListener,
  ByteBudget,
  DEFAULT_INGEST_LIMITS,
  DecodePool,
  GroupCommit,
  type IngestLimits,
  ingestMetrics,
  Losses,
  Senders,
} from './ingest/index.ts';

/** Where a listener listens; port 0 takes any free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** All that an API is made of. Secrets and certificates are handed in as they are, not as paths. */
export interface ApiOptions {
  readonly database: {
    /** URL of a login that may act as trimtab_ingest and trimtab_api. */
    readonly url: string;
    /** Connections for ingest; two groups and look-ups need three. Default 4. */
    readonly ingestPool?: number;
    /** Connections for reads. Default 8. */
    readonly answerPool?: number;
    /** Default 10 s. */
    readonly statementTimeoutMs?: number;
  };
  readonly agents: ListenAddress & { readonly tls: AgentsTls };
  readonly people: ListenAddress & {
    readonly tls?: { readonly certificatePem: string; readonly keyPem: string } | undefined;
  };
  /** Undefined: no health listener, for a process that has one of its own and uses `Api.ready`. */
  readonly health?: ListenAddress | undefined;
  /** Key of the HMACs of API keys: 32 bytes or more. */
  readonly pepper: Uint8Array;
  readonly limits?: Partial<IngestLimits>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A running API. */
export interface Api {
  readonly agentsPort: number;
  readonly peoplePort: number;
  /** Undefined where no health listener was asked for. */
  readonly healthPort: number | undefined;
  ready(): { readonly ok: boolean; readonly reason: string };
  /**
   * Stops taking, finishes what is under way, closes every connection. After `deadlineMs` (default 10 s) open
   * requests are cut off; their senders repeat them. Harmless when called twice.
   */
  close(deadlineMs?: number): Promise<void>;
}

const DEFAULT_STATEMENT_TIMEOUT_MS = 10_000;
const ACQUIRE_TIMEOUT_MS = 5_000;
const PROBE_EVERY_MS = 2_000;
const CLOSE_DEADLINE_MS = 10_000;
const SHORTEST_PEPPER_BYTES = 32;

/** Starts an API and resolves when it listens. Throws TT_API_LISTEN and TT_API_SETUP. */
export async function startApi(options: ApiOptions): Promise<Api> {
  checkPepper(options.pepper);
  const parts = await assemble(options);
  try {
    const agentsPort = await listen(parts.agents.app, options.agents);
    const peoplePort = await listen(parts.people, options.people);
    await parts.watch.start();
    const ready = () => (parts.isLeaving() ? LEAVING : parts.watch.health);
    const health = options.health === undefined ? undefined : await watchOver(options, ready);
    options.log.info('api-started', { agentsPort, peoplePort, healthPort: health?.port });
    let closing: Promise<void> | undefined;
    return {
      ...{ agentsPort, peoplePort, healthPort: health?.port, ready },
      close: (deadlineMs = CLOSE_DEADLINE_MS) => {
        closing ??= leave(parts, options, deadlineMs).finally(() => health?.close());
        return closing;
      },
    };
  } catch (error) {
    await leave(parts, options, 0);
    throw error;
  }
}

const LEAVING = { ok: false, reason: 'the process is leaving' } as const;

interface Parts {
  readonly ingestDb: Database;
  readonly answerDb: Database;
  readonly decoding: DecodePool;
  readonly groups: GroupCommit;
  readonly agents: AgentsListener;
  readonly people: PeopleListener;
  readonly watch: DatabaseWatch;
  readonly isLeaving: () => boolean;
  readonly setLeaving: () => void;
}

async function assemble(options: ApiOptions): Promise<Parts> {
  const { clock, log, metrics, random } = options;
  const limits = limitsOf(options.limits);
  const ingestDb = open(options, 'trimtab_ingest', options.database.ingestPool ?? 4);
  const answerDb = open(options, 'trimtab_api', options.database.answerPool ?? 8);
  const counted = ingestMetrics(metrics);
  const groups = groupCommit(options, limits, ingestDb);
  const decoding = new DecodePool({
    ...{ threads: limits.decodeThreads, deadlineMs: limits.commitDeadlineMs },
    ...{ clock, log },
  });
  const agents = agentsListener({
    ...{ decoding, groups, limits, clock, log, random, metrics: counted },
    tls: options.agents.tls,
    senders: new Senders(ingestDb, clock),
    budget: new ByteBudget(limits.maxBytesInFlight),
    losses: new Losses(),
  });
  const people = await peopleListener({
    ...{ db: answerDb, pepper: options.pepper, nowMs: () => clock.now(), log, metrics },
    tls: options.people.tls,
  });
  const probe = () => checkSchema(answerDb);
  const watch = new DatabaseWatch({ probe, clock, log, everyMs: PROBE_EVERY_MS });
  let isLeaving = false;
  return {
    ...{ ingestDb, answerDb, decoding, groups, agents, people, watch },
    isLeaving: () => isLeaving,
    setLeaving: () => {
      isLeaving = true;
    },
  };
}

/** One bound for a message, whether it is unpacked or decoded. */
function limitsOf(change: Partial<IngestLimits> = {}): IngestLimits {
  const limits = { ...DEFAULT_INGEST_LIMITS, ...change };
  return { ...limits, decode: { ...limits.decode, maxBytes: limits.maxBytes } };
}

function open(
  options: ApiOptions,
  role: 'trimtab_ingest' | 'trimtab_api',
  poolSize: number,
): Database {
  return connect({
    ...{ url: options.database.url, role, poolSize },
    applicationName: 'trimtab-api',
    statementTimeoutMs: options.database.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS,
    acquireTimeoutMs: ACQUIRE_TIMEOUT_MS,
  });
}

function groupCommit(options: ApiOptions, limits: IngestLimits, db: Database): GroupCommit {
  const { clock, log, metrics } = options;
  const counted = ingestMetrics(metrics);
  return new GroupCommit({
    ...limits,
    clock,
    append: (pushes) => appendBatches(db, pushes),
    judge: (error) => {
      if (isUnavailable(error)) return 'unavailable';
      return isUnstorable(error) ? 'unstorable' : 'unknown';
    },
    onGroup: ({ pushes, seconds, error }) => {
      counted.groups.inc({ outcome: error === undefined ? 'committed' : 'failed' });
      counted.groupPushes.observe(pushes);
      counted.commitSeconds.observe(seconds);
      if (error !== undefined && !isUnavailable(error))
        log.error('group-failed', { pushes, error });
    },
  });
}

async function listen(
  app: AgentsListener['app'] | PeopleListener,
  { host, port }: ListenAddress,
): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new ApiError(
      'TT_API_LISTEN',
      `cannot listen on ${host}:${port}; expected a free address of this machine: choose another one`,
      { cause },
    );
  }
  return portOf(app.server.address(), port);
}

function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === 'object' && address !== null ? address.port : asked;
}

async function watchOver(options: ApiOptions, ready: Api['ready']) {
  const { host = '127.0.0.1', port = 0 } = options.health ?? {};
  const live = () => ({ ok: true, reason: 'the event loop turns' });
  return await serveHealth({ host, port, metrics: options.metrics, live, ready });
}

async function leave(parts: Parts, { clock, log }: ApiOptions, deadlineMs: number): Promise<void> {
  parts.setLeaving();
  const cut = clock.setTimer(deadlineMs, () => {
    log.warn('requests-cut-off', { deadlineMs });
    parts.agents.app.server.closeAllConnections();
    parts.people.server.closeAllConnections();
  });
  try {
    parts.agents.leave();
    parts.groups.hurry();
    await Promise.all([parts.agents.app.close(), parts.people.close()]);
    await parts.groups.close();
    await parts.decoding.close();
    await parts.watch.stop();
  } finally {
    cut.cancel();
    await Promise.all([parts.ingestDb.close(), parts.answerDb.close()]);
  }
}

function checkPepper(pepper: Uint8Array): void {
  if (pepper.byteLength >= SHORTEST_PEPPER_BYTES) return;
  throw new ApiError(
    'TT_API_SETUP',
    `pepper: found ${pepper.byteLength} bytes; expected at least ${SHORTEST_PEPPER_BYTES} random ones`,
  );
}
