/**
 * One process a folder. Each claims it with a file `holder-<number>.lock` that says who it is:
 *
 *   look: a living holder -> refused
 *     └► create the next number exclusively (taken: look again) and write it
 *          └► look again: another living holder, or the own file is gone -> withdraw, refused
 *               └► held; files of dead holders are removed
 *
 * Whoever holds has looked after its own claim was whole, so of two at once the later one sees the
 * other: never two, at worst none. Files are not locked by the kernel, since Node has no call for it;
 * what a dead process leaves is told by `isLiving`.
 */
import { AgentError } from '../errors.ts';
import type { Disk } from './disk.ts';
import { decodeHolder, encodeHolder, type Holder, isLiving, thisProcess } from './holder.ts';

/** A folder that this process holds. */
export interface FolderLock {
  /** Why the claim could not be written, on a full disk say: others do not see it, the folder can be used. */
  readonly unwritten: Error | undefined;
  /** Lets others in; once is enough. */
  release(): Promise<void>;
}

interface Claim {
  readonly name: string;
  readonly number: number;
  /** Undefined for a claim that is not whole. */
  readonly holder: Holder | undefined;
  readonly isAlive: boolean;
}

/** Claims tried before giving up: each time another process was faster. */
const MAX_TRIES = 16;

/**
 * Takes the folder, also from a process that died. `place` is how messages call it. Throws
 * TT_AGENT_QUEUE that names the holder where one lives; what the disk throws at listing and creating.
 */
export async function lockFolder(disk: Disk, place: string): Promise<FolderLock> {
  const self = await thisProcess();
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await readClaims(disk);
    refuseIfHeld(found, place);
    const number = Math.max(0, ...found.map((claim) => claim.number)) + 1;
    const name = `holder-${String(number).padStart(8, '0')}.lock`;
    const claimed = await writeClaim(disk, name, self);
    if (claimed.kind === 'taken') continue;
    const release = (): Promise<void> => disk.remove(name);
    try {
      await confirm(disk, place, { own: name, isWritten: claimed.kind === 'written' });
    } catch (error) {
      await release();
      throw error;
    }
    return { unwritten: claimed.kind === 'unwritten' ? claimed.error : undefined, release };
  }
  throw new AgentError(
    'TT_AGENT_QUEUE',
    `queue folder ${place}: ${MAX_TRIES} other processes claimed it one after the other; expected one agent alone: give each a queueDir of its own`,
  );
}

async function confirm(
  disk: Disk,
  place: string,
  { own, isWritten }: { readonly own: string; readonly isWritten: boolean },
): Promise<void> {
  const found = await readClaims(disk);
  const others = found.filter(({ name }) => name !== own);
  refuseIfHeld(others, place);
  if (isWritten && others.length === found.length) {
    throw new AgentError(
      'TT_AGENT_QUEUE',
      `queue folder ${place}: ${own} was removed while it was being written; expected one agent alone: start again`,
    );
  }
  for (const { name } of others) await disk.remove(name);
}

function refuseIfHeld(claims: readonly Claim[], place: string): void {
  const living = claims.find(({ isAlive }) => isAlive);
  if (living?.holder === undefined) return;
  throw new AgentError(
    'TT_AGENT_QUEUE',
    `queue folder ${place} is held by process ${living.holder.pid} (${living.name}); expected one agent alone: stop that process or give this one a queueDir of its own, and if that process is no agent, remove ${living.name}`,
  );
}

async function readClaims(disk: Disk): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (const { name } of await disk.list()) {
    const digits = /^holder-(\d{8,15})\.lock$/.exec(name)?.[1];
    if (digits === undefined) continue;
    const holder = await readHolder(disk, name);
    const isAlive = holder !== undefined && (await isLiving(holder));
    claims.push({ name, number: Number(digits), holder, isAlive });
  }
  return claims;
}

async function readHolder(disk: Disk, name: string): Promise<Holder | undefined> {
  try {
    return decodeHolder(await disk.readAll(name));
  } catch {
    // Removed since it was listed, or unreadable: nobody that could be named holds it.
    return undefined;
  }
}

type Writing =
  | { readonly kind: 'written' }
  | { readonly kind: 'taken' }
  | { readonly kind: 'unwritten'; readonly error: Error };

/** What the queue goes on without: a full disk empties only if the agent may start and send. */
const SURVIVED_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EIO']);

async function writeClaim(disk: Disk, name: string, self: Holder): Promise<Writing> {
  try {
    const file = await disk.create(name);
    try {
      await file.write(encodeHolder(self), 0);
    } finally {
      await file.close();
    }
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EEXIST') return { kind: 'taken' };
    if (SURVIVED_CODES.has(error.code)) return { kind: 'unwritten', error };
    throw error;
  }
}
