import { constants, type Stats } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

/**
 * The few things the queue asks of a disk. Every operation may fail at any time (full, broken,
 * gone); the queue survives that. Names have no folders in them.
 */
export interface Disk {
  /** The files there are, with their lengths in bytes, in no particular order. */
  list(): Promise<readonly { readonly name: string; readonly bytes: number }[]>;
  readAll(name: string): Promise<Uint8Array>;
  /** Bytes [at, at + length); fewer where the file ends earlier. */
  read(name: string, at: number, length: number): Promise<Uint8Array>;
  /** Makes a new file and its entry in the folder durable; fails where the name is taken. */
  create(name: string): Promise<DiskFile>;
  /** Removes a file; no failure where there is none. */
  remove(name: string): Promise<void>;
}

/** One file open for writing. */
export interface DiskFile {
  /** Writes all the bytes at a place; on failure any part of them may have been written. */
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** Returns once everything written so far survives a loss of power. */
  sync(): Promise<void>;
  /** Cuts the file to its first `bytes` bytes. */
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** A folder of the machine's own file system; made if it is not there, for its owner alone. */
export async function openDisk(dir: string): Promise<Disk> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return {
    list: () => listFiles(dir),
    readAll: (name) => readFile(join(dir, name)),
    read: (name, at, length) => readPart(join(dir, name), at, length),
    create: (name) => createFile(dir, name),
    remove: (name) => rm(join(dir, name), { force: true }),
  };
}

async function listFiles(dir: string): Promise<{ name: string; bytes: number }[]> {
  const names = await readdir(dir);
  const found = await Promise.all(
    names.map(async (name) => {
      const entry = await statIfThere(join(dir, name));
      return entry?.isFile() ? [{ name, bytes: entry.size }] : [];
    }),
  );
  return found.flat();
}

/** A file that was listed may be gone by now: another process lets go of the folder. */
async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readPart(path: string, at: number, length: number): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY);
  try {
    const buffer = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}

async function createFile(dir: string, name: string): Promise<DiskFile> {
  const file = await open(
    join(dir, name),
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
    0o600,
  );
  try {
    await syncFolder(dir);
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    write: (bytes, at) => writeWhole(file, bytes, at),
    sync: () => file.datasync(),
    truncate: (bytes) => file.truncate(bytes),
    close: () => file.close(),
  };
}

async function writeWhole(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const step = await file.write(bytes, written, bytes.length - written, at + written);
    written += step.bytesWritten;
  }
}

/** Without it a new file may be gone after a loss of power although its contents were synced. */
async function syncFolder(dir: string): Promise<void> {
  // Windows cannot open a folder; NTFS journals its entries itself.
  if (process.platform === 'win32') return;
  const folder = await open(dir, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
