/**
 * The folder of an embedded server:
 *
 *     server.log         what PostgreSQL wrote
 *     cluster/data       PostgreSQL's own data directory
 *     cluster/password   the superuser's password, readable by the owner alone
 *
 * `cluster` is made under another name and renamed when whole, so that an initdb that was killed
 * half way leaves nothing that looks like a database, and of two that race one wins entirely.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { StoreError } from '../errors.ts';
import type { Binaries } from './binaries.ts';
import { embeddedFailure } from './failure.ts';
import { processState } from './process-state.ts';
import type { SystemUser } from './system-user.ts';

/** The superuser of an embedded server and the name of its database. */
export const SUPERUSER = 'trimtab';

const UNFINISHED = /^\.unfinished-(\d+)-/;
const OURS = ['cluster', 'server.log', 'server.log.old'];
const INITDB_TIMEOUT_MS = 120_000;

/** Where things are below the folder a caller names. */
export interface DataPaths {
  readonly root: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly logFile: string;
}

/** The paths below `root`, which must be absolute. */
export function dataPaths(root: string): DataPaths {
  const cluster = join(root, 'cluster');
  return {
    root,
    data: join(cluster, 'data'),
    passwordFile: join(cluster, 'password'),
    logFile: join(root, 'server.log'),
  };
}

/**
 * Makes the folder where it is missing and gives it to `user`. Refuses a folder that holds anything
 * else (TT_STORE_EMBEDDED_DATA_DIR) and one that the user cannot enter (TT_STORE_EMBEDDED_PERMISSION).
 */
export function prepareFolder({ root }: DataPaths, user: SystemUser | undefined): void {
  try {
    // Folders above are for everybody to pass through; the one with the data is not.
    mkdirSync(dirname(root), { recursive: true });
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const foreign = readdirSync(root).find(
      (name) => !OURS.includes(name) && !UNFINISHED.test(name),
    );
    if (foreign !== undefined) {
      throw new StoreError(
        'TT_STORE_EMBEDDED_DATA_DIR',
        `embedded PostgreSQL: ${root} holds '${foreign}'; ` +
          'expected an empty folder or one of ours: give a folder of its own',
      );
    }
    if (user !== undefined) chownSync(root, user.uid, user.gid);
    removeUnfinished(root);
  } catch (error) {
    throw asPermission(error, root);
  }
  if (canWrite(root, user)) return;
  throw new StoreError(
    'TT_STORE_EMBEDDED_PERMISSION',
    `embedded PostgreSQL: ${closedTo(root, user)}; expected a folder it can enter and write: ` +
      'open the folders above it (chmod o+x), or give one such as /var/lib/trimtab',
  );
}

/**
 * Makes the cluster where there is none, else checks that these binaries can read it. Throws
 * TT_STORE_EMBEDDED_VERSION at another major version, and what `embeddedFailure` makes of initdb.
 */
export function prepareCluster(
  paths: DataPaths,
  binaries: Binaries,
  run: { readonly user: SystemUser | undefined; readonly isDurable: boolean },
): void {
  const versionFile = join(paths.data, 'PG_VERSION');
  if (!existsSync(versionFile)) createCluster(paths, binaries, run);
  const found = readFileSync(versionFile, 'utf8').trim();
  if (found === binaries.major) return;
  throw new StoreError(
    'TT_STORE_EMBEDDED_VERSION',
    `embedded PostgreSQL: ${paths.data} was made by PostgreSQL ${found}; expected ${binaries.major}: ` +
      `start the version that made it, or give a new folder (data does not move by itself)`,
  );
}

/** The superuser's password. */
export function readPassword({ passwordFile }: DataPaths): string {
  return readFileSync(passwordFile, 'utf8').trim();
}

function createCluster(
  { root }: DataPaths,
  { initdb }: Binaries,
  { user, isDurable }: { readonly user: SystemUser | undefined; readonly isDurable: boolean },
): void {
  const unfinished = mkdtempSync(join(root, `.unfinished-${process.pid}-`));
  const password = join(unfinished, 'password');
  writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (user !== undefined)
    for (const path of [unfinished, password]) chownSync(path, user.uid, user.gid);
  const args = ['-D', join(unfinished, 'data'), '-U', SUPERUSER, `--pwfile=${password}`];
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--no-locale', '--data-checksums');
  args.push('--no-instructions', ...(isDurable ? [] : ['--no-sync']));
  const { status, stdout, stderr, error } = spawnSync(initdb, args, {
    encoding: 'utf8',
    timeout: INITDB_TIMEOUT_MS,
    cwd: '/',
    env: serverEnvironment(),
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  if (status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw embeddedFailure(`${stdout}\n${stderr}\n${error?.message ?? ''}`, root);
  }
  chmodSync(unfinished, 0o700);
  moveIntoPlace(unfinished, join(root, 'cluster'));
}

function moveIntoPlace(unfinished: string, cluster: string): void {
  try {
    renameSync(unfinished, cluster);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // A start that raced with this one made its cluster first; that one is used.
    if (!existsSync(join(cluster, 'data', 'PG_VERSION'))) throw error;
  }
}

/** A fixed environment: locale, time zone and PG* variables of the caller must not reach the data. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

function removeUnfinished(root: string): void {
  for (const name of readdirSync(root)) {
    const pid = UNFINISHED.exec(name)?.[1];
    if (pid === undefined || processState(Number(pid)).kind === 'running') continue;
    rmSync(join(root, name), { recursive: true, force: true });
  }
}

function canWrite(root: string, user: SystemUser | undefined): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'cd "$0" && test -w .', root], {
    cwd: '/',
    stdio: 'ignore',
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  return status === 0;
}

/** Says who cannot use `root`, and which folder above it is the likely reason. */
function closedTo(root: string, user: SystemUser | undefined): string {
  const who = user === undefined ? 'the user of this process' : `user '${user.name}'`;
  for (let folder = dirname(root); folder !== dirname(folder); folder = dirname(folder)) {
    if (user !== undefined && (statSync(folder).mode & 0o001) === 0) {
      return `${who}, as whom it runs because this process is root, may not pass through ${folder}`;
    }
  }
  return `${who} cannot enter or write ${root}`;
}

const PERMISSION_CODES = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'];

function asPermission(error: unknown, root: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (!PERMISSION_CODES.includes(String(error.code))) return embeddedFailureOf(error, root);
  return new StoreError(
    'TT_STORE_EMBEDDED_PERMISSION',
    `embedded PostgreSQL: ${error.message}; expected to be able to make and own ${root}: ` +
      'give a folder that this user may write',
    { cause: error },
  );
}

function embeddedFailureOf(error: Error, root: string): unknown {
  if (error instanceof StoreError) return error;
  return 'code' in error && error.code === 'ENOSPC'
    ? embeddedFailure('No space left on device', root)
    : error;
}
