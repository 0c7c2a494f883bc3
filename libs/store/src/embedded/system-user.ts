/**
 * Under whom PostgreSQL runs. It refuses root, and it refuses an id without an entry in the user
 * database; so root hands it to `postgres` where there is one, else to `nobody`.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { StoreError } from '../errors.ts';

/** Ids to switch to, with the name for messages. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ['postgres', 'nobody'];

/** Undefined when the process is not root: PostgreSQL then runs as the process does. */
export function serverUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return findUser(readFileSync('/etc/passwd', 'utf8'));
}

/** Picks the user out of the text of /etc/passwd. Throws TT_STORE_EMBEDDED_USER. */
export function findUser(passwd: string): SystemUser {
  const entries = passwd.split('\n').map((line) => line.split(':'));
  for (const candidate of CANDIDATES) {
    const [name, , uid, gid] = entries.find((fields) => fields[0] === candidate) ?? [];
    if (name !== undefined && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new StoreError(
    'TT_STORE_EMBEDDED_USER',
    `embedded PostgreSQL: it may not run as root, and /etc/passwd has none of ${CANDIDATES.join(', ')}; ` +
      'expected one of them: add a user named postgres, or start this process as another user than root',
  );
}
