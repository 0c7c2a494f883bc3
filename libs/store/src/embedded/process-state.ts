/**
 * What a process id stands for now. A number from a file proves nothing: the process may be gone, a
 * zombie that nobody has reaped yet (still "alive" for signal 0; ten seconds and more were seen), or
 * another program that got the same number.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/** A look at one process id. `startedAt` tells two holders of one id apart; opaque text. */
export type ProcessState =
  | { readonly kind: 'gone' }
  | { readonly kind: 'zombie' }
  | { readonly kind: 'running'; readonly command: string; readonly startedAt: string };

/** Looks at `pid` (an integer above 0). Costs a file read on Linux, a run of `ps` elsewhere. */
export function processState(pid: number): ProcessState {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessState {
  let stat: string;
  let command: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    // No such folder, or it went away between the two reads.
    return { kind: 'gone' };
  }
  return parseStat(stat, command);
}

/**
 * Reads a line of /proc/PID/stat. The second field is the program's name in parentheses and may hold
 * spaces and parentheses itself, so fields are counted from the last one: state first, start in
 * clock ticks since boot as the twentieth.
 */
export function parseStat(stat: string, command: string): ProcessState {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  if (state === undefined || state === '') return { kind: 'gone' };
  if (state === 'Z' || state === 'X') return { kind: 'zombie' };
  return { kind: 'running', command, startedAt: fields[19] ?? '' };
}

function fromPs(pid: number): ProcessState {
  const args = ['-o', 'state=,lstart=,command=', '-p', String(pid)];
  const { stdout } = spawnSync('ps', args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return parsePs(stdout);
}

/** Reads a line of `ps -o state=,lstart=,command=`: one word, a date of five words, the rest. */
export function parsePs(line: string): ProcessState {
  const match = /^\s*(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line.trimEnd());
  if (match === null) return { kind: 'gone' };
  const [, state = '', startedAt = '', command = ''] = match;
  return state.startsWith('Z') ? { kind: 'zombie' } : { kind: 'running', command, startedAt };
}
