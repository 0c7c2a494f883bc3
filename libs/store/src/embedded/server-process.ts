/**
 * The running server as a child process. It must not outlive us: on Linux the kernel sends it SIGINT
 * (PostgreSQL's fast shutdown) when this process dies in whatever way; elsewhere a hook at process
 * exit does, which a SIGKILL skips, so the next start finds and stops the orphan.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { type DataPaths, serverEnvironment } from './data-dir.ts';
import { isReady } from './postmaster.ts';
import { processState } from './process-state.ts';
import type { SystemUser } from './system-user.ts';

/** A server that was spawned; it may still be starting. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Fast shutdown; harsher signals after a deadline. Resolves when the process has ended. */
  stop(): Promise<void>;
}

const FAST_STOP_MS = 20_000;
const IMMEDIATE_STOP_MS = 5_000;
const POLL_MS = 10;

/** Spawns `postgres`, with its output appended to the log file. */
export function spawnServer(
  paths: DataPaths,
  { postgres }: Binaries,
  run: { readonly user: SystemUser | undefined; readonly settings: readonly string[] },
): ServerProcess {
  const args = ['-D', paths.data, ...run.settings.flatMap((setting) => ['-c', setting])];
  const guard = deathSignalPrefix();
  const [program = postgres, ...rest] = [...guard, postgres, ...args];
  const log = openSync(paths.logFile, 'a', 0o600);
  try {
    const child = spawn(program, rest, {
      // A session of its own: Ctrl-C in a terminal must reach us first, then the server in order.
      detached: true,
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
      ...(run.user === undefined ? {} : { uid: run.user.uid, gid: run.user.gid }),
    });
    // Running does not keep this process alive; stop() does while it waits.
    child.unref();
    return watch(child, guard.length > 0);
  } finally {
    closeSync(log);
  }
}

/** Waits until the server takes connections; false when it ended or the deadline passed. */
export async function waitUntilReady(
  server: ServerProcess,
  { data }: DataPaths,
  deadlineMs: number,
): Promise<boolean> {
  const deadline = AbortSignal.timeout(deadlineMs);
  while (!deadline.aborted && !server.hasEnded()) {
    if (isReady(data, server.pid)) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/**
 * Stops a server that is not our child. False when it still runs after both deadlines, or when it
 * belongs to a user whose processes we may not signal.
 */
export async function stopForeign(pid: number): Promise<boolean> {
  for (const [signal, deadlineMs] of STOP_STEPS) {
    if (!mayHaveSignalled(pid, signal)) return false;
    const deadline = AbortSignal.timeout(deadlineMs);
    while (!deadline.aborted) {
      if (processState(pid).kind !== 'running') return true;
      await sleep(POLL_MS);
    }
  }
  return false;
}

function mayHaveSignalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    // ESRCH: it has ended by itself, as the one who waits for it will see.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

const STOP_STEPS = [
  ['SIGINT', FAST_STOP_MS],
  ['SIGQUIT', IMMEDIATE_STOP_MS],
] as const;

function watch(child: ChildProcess, diesWithUs: boolean): ServerProcess {
  let hasEnded = child.pid === undefined;
  const ended = Promise.race([once(child, 'exit'), once(child, 'error')]).then(
    () => markEnded(),
    () => markEnded(),
  );
  const onExit = () => child.kill('SIGINT');
  if (!diesWithUs) process.once('exit', onExit);
  function markEnded(): void {
    hasEnded = true;
    process.removeListener('exit', onExit);
  }
  let stopping: Promise<void> | undefined;
  return {
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => hasEnded,
    stop: () => {
      stopping ??= stopChild(child, ended, () => hasEnded);
      return stopping;
    },
  };
}

async function stopChild(
  child: ChildProcess,
  ended: Promise<void>,
  hasEnded: () => boolean,
): Promise<void> {
  if (hasEnded()) return;
  child.ref();
  for (const [signal, deadlineMs] of STOP_STEPS) {
    child.kill(signal);
    const deadline = new AbortController();
    await Promise.race([ended, sleep(deadlineMs, undefined, deadline).catch(() => undefined)]);
    deadline.abort();
    if (hasEnded()) return;
  }
  child.kill('SIGKILL');
  await ended;
}

/** `setpriv` of util-linux where it knows the option; the one of busybox, and macOS, do not. */
function deathSignalPrefix(): string[] {
  if (process.platform !== 'linux') return [];
  const prefix = ['setpriv', '--pdeathsig=INT', '--'];
  const { status } = spawnSync('setpriv', ['--pdeathsig=INT', '--', 'true'], { stdio: 'ignore' });
  return status === 0 ? prefix : [];
}
