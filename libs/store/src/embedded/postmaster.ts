/**
 * Who holds a PostgreSQL data directory. PostgreSQL writes postmaster.pid: line 1 the process id,
 * 2 the directory, 3 the start time, 4 the port, 5 the socket folder, 6 the address, 7 the shared
 * memory, 8 its status (`ready` when it takes connections).
 *
 * | postmaster.pid | the process | answer |
 * |---|---|---|
 * | absent or not readable as one | - | free |
 * | present | gone, a zombie, or another program | stale |
 * | present | postgres on this directory | running |
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processState } from './process-state.ts';

/** The answer of `holderOf`. */
export type Holder =
  | { readonly kind: 'free' }
  | { readonly kind: 'stale'; readonly pid: number }
  | { readonly kind: 'running'; readonly pid: number; readonly port: number };

/** Finds out who holds `dataDir` (the directory PostgreSQL itself uses). */
export function holderOf(dataDir: string): Holder {
  const lines = readLines(join(dataDir, 'postmaster.pid'));
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return { kind: 'free' };
  const state = processState(pid);
  if (state.kind !== 'running' || !isPostgres(state.command, dataDir)) {
    return { kind: 'stale', pid };
  }
  return { kind: 'running', pid, port: Number(lines[3]) };
}

/** Whether the server with this process id says in postmaster.pid that it takes connections. */
export function isReady(dataDir: string, pid: number): boolean {
  const lines = readLines(join(dataDir, 'postmaster.pid'));
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/**
 * Lets PostgreSQL see that a stale lock is stale, which it does not for a zombie and for another
 * program with that number. The file stays, with a number that no process can have: its line about
 * shared memory is how PostgreSQL finds backends that outlived a killed server.
 */
export function disownLock(dataDir: string): void {
  const path = join(dataDir, 'postmaster.pid');
  const [, ...rest] = readLines(path);
  writeFileSync(path, [IMPOSSIBLE_PID, ...rest].join('\n'));
}

/** One above the highest number that Linux gives out; macOS stays far below. */
const IMPOSSIBLE_PID = 4_194_305;

function isPostgres(command: string, dataDir: string): boolean {
  const words = command.split(' ');
  return words[0]?.endsWith('postgres') === true && command.includes(dataDir);
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    // Absent: nobody ever started here, or it was a clean stop.
    return [];
  }
}
