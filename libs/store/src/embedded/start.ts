/**
 * A real PostgreSQL inside Trimtab, from the binaries that npm installed. A start goes:
 * find the user and the binaries, prepare the folder, see who holds it (a dead launcher's server is
 * stopped, a living one's is an error), make the cluster if there is none, spawn, wait, and make the
 * database. The server listens on 127.0.0.1 only and asks for a password.
 */
import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StoreError } from '../errors.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import {
  type DataPaths,
  dataPaths,
  prepareCluster,
  prepareFolder,
  readPassword,
  SUPERUSER,
} from './data-dir.ts';
import { embeddedFailure } from './failure.ts';
import { launcherMark, launcherOf } from './launcher.ts';
import { disownLock, holderOf } from './postmaster.ts';
import { processState } from './process-state.ts';
import { type ServerProcess, spawnServer, stopForeign, waitUntilReady } from './server-process.ts';
import { serverSettings } from './settings.ts';
import { type SystemUser, serverUser } from './system-user.ts';

/** Where the start reports to; any structured log will do. */
export interface EmbeddedLog {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** How to start. */
export interface EmbeddedOptions {
  /** A folder for this server alone; made where missing. Relative to the working directory. */
  readonly dataDir: string;
  readonly log?: EmbeddedLog;
  /** TCP port on 127.0.0.1; absent = a free one. */
  readonly port?: number;
  /** Longest wait for the server, recovery after a crash included. Default 60 s. */
  readonly startTimeoutMs?: number;
  /** For tests only: no fsync. A power cut would lose what was committed. */
  readonly unsafeNoSync?: boolean;
}

/** A server that takes connections. */
export interface Embedded {
  /** Superuser's URL of the database `trimtab`, password included. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server has ended, also when it was not asked to. */
  readonly ended: Promise<void>;
  /** Resolves with the reason when the server ends without having been asked to, as on a full disk; else never. */
  readonly lost: Promise<StoreError>;
  /** Clean, fast shutdown: open connections are cut. Can be called twice. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
/** With the pause: backends of a killed server get 10 s to notice. */
const LAUNCH_ATTEMPTS = 20;
const LEFTOVER_PAUSE_MS = 500;
const LOG_LIMIT_BYTES = 8 * 1024 * 1024;
const LOG_TAIL_BYTES = 16 * 1024;

/**
 * Starts PostgreSQL on `dataDir`: about 1 s the first time, 0.2 s later. It ends with this process
 * (call it from the main thread: for a worker's child the kernel watches the worker). Throws
 * TT_STORE_EMBEDDED_*; then nothing is left running.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const user = serverUser();
  const binaries = findBinaries(user);
  const paths = dataPaths(resolve(options.dataDir));
  prepareFolder(paths, user);
  await freeDataDir(paths, options.log);
  prepareCluster(paths, binaries, { user, isDurable: options.unsafeNoSync !== true });
  rotateLog(paths);
  const { server, port } = await launch(paths, binaries, user, options);
  try {
    const url = new URL(`postgres://${SUPERUSER}@127.0.0.1:${port}/${SUPERUSER}`);
    url.password = readPassword(paths);
    await ensureDatabase(url);
    options.log?.info('embedded-started', { pid: server.pid, port, dataDir: paths.root });
    return { url: url.href, ...watched(server, paths) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function watched(server: ServerProcess, paths: DataPaths): Omit<Embedded, 'url'> {
  let isAsked = false;
  const { promise: lost, resolve: lose } = Promise.withResolvers<StoreError>();
  void server.ended.then(() => {
    if (!isAsked) lose(embeddedFailure(readLogTail(paths), paths.root));
  });
  const stop = () => {
    isAsked = true;
    return server.stop();
  };
  return { pid: server.pid, ended: server.ended, lost, stop };
}

/** Makes sure that nobody runs on the directory. Throws TT_STORE_EMBEDDED_RUNNING. */
async function freeDataDir({ data, root }: DataPaths, log: EmbeddedLog | undefined): Promise<void> {
  const holder = holderOf(data);
  if (holder.kind === 'free') return;
  if (holder.kind === 'stale') {
    log?.warn('embedded-stale-lock', { pid: holder.pid });
    disownLock(data);
    return;
  }
  const state = processState(holder.pid);
  const launcher = state.kind === 'running' ? launcherOf(state.command) : { kind: 'gone' as const };
  if (launcher.kind === 'alive') {
    throw new StoreError(
      'TT_STORE_EMBEDDED_RUNNING',
      `embedded PostgreSQL: ${root} is in use by process ${launcher.pid} (${launcher.command}), ` +
        `whose server is process ${holder.pid} on port ${holder.port}; ` +
        'expected one a folder: end that process, or give another folder',
    );
  }
  log?.warn('embedded-orphan', { pid: holder.pid, port: holder.port });
  if (await stopForeign(holder.pid)) return;
  throw new StoreError(
    'TT_STORE_EMBEDDED_RUNNING',
    `embedded PostgreSQL: process ${holder.pid} was left over on ${root} and does not stop; ` +
      'expected it to end when asked: end it by hand, then start again',
  );
}

interface Launched {
  readonly server: ServerProcess;
  readonly port: number;
}

/**
 * Spawns until one server stays. Tried again: another free port, when the one that was found was
 * taken before it was bound; and after a pause, when backends of a killed server are still at work.
 */
async function launch(
  paths: DataPaths,
  binaries: Binaries,
  user: SystemUser | undefined,
  options: EmbeddedOptions,
): Promise<Launched> {
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const settings = serverSettings({
      port,
      clusterName: launcherMark(),
      isDurable: options.unsafeNoSync !== true,
    });
    const logStart = existsSync(paths.logFile) ? statSync(paths.logFile).size : 0;
    const server = spawnServer(paths, binaries, { user, settings });
    if (await waitUntilReady(server, paths, options.startTimeoutMs ?? START_TIMEOUT_MS)) {
      return { server, port };
    }
    await server.stop();
    const failure = embeddedFailure(readLog(paths, logStart), paths.root);
    const isPortLost = failure.code === 'TT_STORE_EMBEDDED_PORT' && options.port === undefined;
    const isLeftover = failure.code === 'TT_STORE_EMBEDDED_LEFTOVER';
    if ((!isPortLost && !isLeftover) || attempt === LAUNCH_ATTEMPTS) throw failure;
    if (isLeftover) await sleep(LEFTOVER_PAUSE_MS);
  }
}

async function freePort(): Promise<number> {
  const { promise, resolve: done, reject } = Promise.withResolvers<number>();
  const probe = createServer();
  probe.once('error', reject);
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return await promise;
}

async function ensureDatabase(url: URL): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  const client = new pg.Client({ connectionString: maintenance.href });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      SUPERUSER,
    ]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(SUPERUSER)}`);
  } finally {
    await client.end();
  }
}

function rotateLog({ logFile }: DataPaths): void {
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT_BYTES) {
    renameSync(logFile, `${logFile}.old`);
  }
}

function readLogTail(paths: DataPaths): string {
  return readLog(paths, Math.max(0, statSync(paths.logFile).size - LOG_TAIL_BYTES));
}

function readLog({ logFile }: DataPaths, from: number): string {
  const into = Buffer.alloc(LOG_TAIL_BYTES);
  const file = openSync(logFile, 'r');
  try {
    return into.toString('utf8', 0, readSync(file, into, 0, into.length, from));
  } finally {
    closeSync(file);
  }
}
