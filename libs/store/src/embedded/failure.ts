import { StoreError, type StoreErrorCode } from '../errors.ts';

interface Symptom {
  readonly words: RegExp;
  readonly code: StoreErrorCode;
  readonly advice: string;
}

/** What PostgreSQL writes when it cannot start, and what an operator does about it. */
const SYMPTOMS: readonly Symptom[] = [
  {
    words: /No space left on device|Disk quota exceeded/,
    code: 'TT_STORE_EMBEDDED_DISK_FULL',
    advice: 'expected free space for data and log: make room there, then start again',
  },
  {
    words: /Address already in use|could not create any TCP\/IP sockets/,
    code: 'TT_STORE_EMBEDDED_PORT',
    advice: 'expected a free port on 127.0.0.1: end what listens there, or name no port',
  },
  {
    words: /pre-existing shared memory block/,
    code: 'TT_STORE_EMBEDDED_LEFTOVER',
    advice: 'expected them to notice that their server is gone: wait, or end them by hand',
  },
  {
    words: /lock file "postmaster.pid" already exists/,
    code: 'TT_STORE_EMBEDDED_RUNNING',
    advice: 'expected one server a data directory: end the other one, or give another directory',
  },
  {
    words: /database files are incompatible with server|not compatible with this version/,
    code: 'TT_STORE_EMBEDDED_VERSION',
    advice: 'expected files of this version: keep the old version, or start with a new directory',
  },
  {
    words: /Permission denied|has wrong ownership|has invalid permissions|Read-only file system/,
    code: 'TT_STORE_EMBEDDED_PERMISSION',
    advice: 'expected a directory that this user owns and may write: mend its owner and rights',
  },
];

/**
 * The error for a PostgreSQL program that failed: `output` is what it wrote, `where` the directory.
 * An output that shows no known symptom becomes TT_STORE_EMBEDDED_START with its last lines.
 */
export function embeddedFailure(output: string, where: string): StoreError {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  for (const { words, code, advice } of SYMPTOMS) {
    const line = lines.find((text) => words.test(text));
    if (line === undefined) continue;
    return new StoreError(code, `embedded PostgreSQL in ${where}: ${line.trim()}; ${advice}`);
  }
  const found = lines.slice(-5).join(' | ') || 'it wrote nothing';
  return new StoreError(
    'TT_STORE_EMBEDDED_START',
    `embedded PostgreSQL in ${where}: ${found}; expected it to take connections: ` +
      'see server.log there, or give the URL of a PostgreSQL of your own',
  );
}
