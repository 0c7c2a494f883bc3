import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { NamedDay } from '@trimtab/analysis/evaluate';

const DAY_SECONDS = 86_400;
const BUFFERED_CHARACTERS = 1_000_000;

/** An emit file that cannot be written; the message says which and why. */
export class EmitError extends Error {
  override readonly name = 'EmitError';

  constructor(path: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${path}: cannot be written (${why}); expected a path in a writable folder`, { cause });
  }
}

/**
 * The file of named sizes: one JSON line a series and day,
 *
 *     {"series":"vm-1","t":259200,"cpu_cores":0.25,"memory_bytes":134217728}
 *
 * `t` is the second of the series' own clock from which the sizes are in force, always a multiple of
 * 86,400. A resource for which nothing is named yet is null; a day with neither has no line.
 */
export interface Emit {
  write(series: string, days: readonly NamedDay[]): void;
  /** Puts the file in place; until then it does not exist under its name. */
  commit(): void;
  /** Ends the writing; what was not committed is removed. */
  close(): void;
}

/** Opens an emit file. What cannot be opened, written or put in place throws EmitError. */
export function openEmit(path: string): Emit {
  const partPath = `${path}.part`;
  const file = orEmitError(path, () => openSync(partPath, 'w'));
  let pending = '';
  let isCommitted = false;
  const flush = (): void => {
    const text = pending;
    pending = '';
    orEmitError(path, () => writeAll(file, text));
  };
  return {
    write(series, days) {
      for (const { day, sizes } of days) {
        const { cpuCores, memoryBytes } = sizes;
        if (cpuCores === undefined && memoryBytes === undefined) continue;
        const line = {
          series,
          t: day * DAY_SECONDS,
          cpu_cores: cpuCores ?? null,
          memory_bytes: memoryBytes ?? null,
        };
        pending += `${JSON.stringify(line)}\n`;
      }
      if (pending.length > BUFFERED_CHARACTERS) flush();
    },
    commit() {
      flush();
      orEmitError(path, () => renameSync(partPath, path));
      isCommitted = true;
    },
    close() {
      closeSync(file);
      if (!isCommitted) rmSync(partPath, { force: true });
    },
  };
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) at += writeSync(file, bytes, at);
}

function orEmitError<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new EmitError(path, error);
  }
}
