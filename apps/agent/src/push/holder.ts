import { readFile } from 'node:fs/promises';
import process from 'node:process';

/**
 * Which process, in words that outlive it. A process id alone is given again, in a container at every
 * start; with the start and the boot it names one process of this machine. Null where the platform does
 * not tell.
 */
export interface Holder {
  readonly pid: number;
  /** Clock ticks from the boot to the process' start. */
  readonly startTicks: number | null;
  readonly bootId: string | null;
}

/** This process. */
export async function thisProcess(): Promise<Holder> {
  const { pid } = process;
  const found = await readProcess(pid);
  return { pid, startTicks: found?.startTicks ?? null, bootId: await readBootId() };
}

/**
 * Whether that very process still runs here: false after a reboot, where its id belongs to another
 * start by now, and for a zombie. Where the platform names no starts, a process with its id is it.
 */
export async function isLiving(holder: Holder): Promise<boolean> {
  if (holder.bootId !== (await readBootId())) return false;
  const found = await readProcess(holder.pid);
  if (found === undefined) return isThere(holder.pid);
  return !found.isDead && found.startTicks === holder.startTicks;
}

/** As the bytes of a file. */
export function encodeHolder({ pid, startTicks, bootId }: Holder): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ pid, startTicks, bootId })}\n`);
}

/** Undefined for bytes that are no whole holder: it died, or still is, writing them. */
export function decodeHolder(bytes: Uint8Array): Holder | undefined {
  try {
    const { pid, startTicks, bootId } = JSON.parse(new TextDecoder().decode(bytes));
    const isWhole =
      Number.isSafeInteger(pid) &&
      pid > 0 &&
      (startTicks === null || Number.isSafeInteger(startTicks)) &&
      (bootId === null || typeof bootId === 'string');
    return isWhole ? { pid, startTicks, bootId } : undefined;
  } catch {
    // No JSON, or no object: the same as a part of it.
    return undefined;
  }
}

/** From proc(5); undefined where there is no /proc or no such process to be seen. */
async function readProcess(
  pid: number,
): Promise<{ readonly isDead: boolean; readonly startTicks: number } | undefined> {
  const text = await readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field, the program's name in brackets, may hold blanks and brackets; field 3 is the state.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTicks = Number(fields[22 - 3]);
  return { isDead: fields[0] === 'Z' || fields[0] === 'X', startTicks };
}

async function readBootId(): Promise<string | null> {
  return (await readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? null;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Not Linux, or no such process: the caller goes by less.
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
