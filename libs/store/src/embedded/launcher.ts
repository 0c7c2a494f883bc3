/**
 * Which process started a server. The launcher's id and start time are part of the server's own
 * command line (as `cluster_name`), so a server whose launcher is gone is an orphan, whatever files
 * say, and no second file has to be kept true.
 */
import { createHash } from 'node:crypto';
import process from 'node:process';
import { processState } from './process-state.ts';

/** The process that started a server, as far as it can be told. */
export type Launcher =
  | { readonly kind: 'alive'; readonly pid: number; readonly command: string }
  | { readonly kind: 'gone' };

/** The mark of this process for the command line of a server that it starts. */
export function launcherMark(): string {
  return mark(process.pid);
}

/** Whether the launcher named in a server's command line still runs. */
export function launcherOf(command: string): Launcher {
  const [found, pid] = /trimtab-(\d+)-[0-9a-f]{12}/.exec(command) ?? [];
  if (found === undefined || mark(Number(pid)) !== found) return { kind: 'gone' };
  const state = processState(Number(pid));
  if (state.kind !== 'running') return { kind: 'gone' };
  return { kind: 'alive', pid: Number(pid), command: state.command };
}

/** The start time is hashed because outside Linux it is a date with spaces. */
function mark(pid: number): string {
  const state = processState(pid);
  const startedAt = state.kind === 'running' ? state.startedAt : '';
  return `trimtab-${pid}-${createHash('sha256').update(startedAt).digest('hex').slice(0, 12)}`;
}
