import type { Disk, DiskFile } from '../src/push/index.ts';

interface SimulatedFile {
  bytes: Uint8Array;
  /** This much survives a crash for certain. */
  syncedBytes: number;
}

/** Thrown by every operation from the crash on. */
class Crash extends Error {}

/**
 * A disk in memory that can be full, can fail and can lose power: then everything synced is there,
 * of what was not synced some part may be, and files removed may be back.
 */
export class SimulatedDisk implements Disk {
  readonly #files = new Map<string, SimulatedFile>();
  readonly #removed = new Map<string, SimulatedFile>();
  /** Operations that change something, counted; a crash happens in the middle of the given one. */
  operations: number = 0;
  crashAt = Number.POSITIVE_INFINITY;
  /** Bytes that fit; a write beyond them writes what fits and fails with ENOSPC. */
  capacity = Number.POSITIVE_INFINITY;
  /** Set to have syncs fail with EIO. */
  hasBrokenSync: boolean = false;

  get usedBytes(): number {
    let sum = 0;
    for (const { bytes } of this.#files.values()) sum += bytes.length;
    return sum;
  }

  get fileNames(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** What a machine finds after the power came back; `random` decides what of the unsynced survives. */
  afterCrash(random: () => number): SimulatedDisk {
    const found = new SimulatedDisk();
    for (const [name, { bytes, syncedBytes }] of this.#files) {
      const kept = syncedBytes + Math.floor(random() * (bytes.length - syncedBytes + 1));
      const content = bytes.slice(0, kept);
      // The length may have reached the disk before the data.
      if (random() < 0.2) content.fill(0, syncedBytes);
      found.#files.set(name, { bytes: content, syncedBytes: kept });
    }
    for (const [name, file] of this.#removed) {
      if (random() < 0.5 && !found.#files.has(name)) {
        const bytes = file.bytes.slice(0, file.syncedBytes);
        found.#files.set(name, { bytes, syncedBytes: bytes.length });
      }
    }
    return found;
  }

  /** Puts a file there, as if an earlier process had left it. */
  put(name: string, bytes: Uint8Array): void {
    this.#files.set(name, { bytes, syncedBytes: bytes.length });
  }

  /** Changes the bytes of a file that may be open. */
  overwrite(name: string, bytes: Uint8Array): void {
    this.#file(name).bytes = bytes.slice();
  }

  async list(): Promise<{ name: string; bytes: number }[]> {
    this.#checkAlive();
    return [...this.#files].map(([name, { bytes }]) => ({ name, bytes: bytes.length }));
  }

  async readAll(name: string): Promise<Uint8Array> {
    this.#checkAlive();
    return this.#file(name).bytes.slice();
  }

  async read(name: string, at: number, length: number): Promise<Uint8Array> {
    this.#checkAlive();
    return this.#file(name).bytes.slice(at, at + length);
  }

  async create(name: string): Promise<DiskFile> {
    this.#operation();
    if (this.#files.has(name)) throw failure('EEXIST');
    if (this.usedBytes >= this.capacity) throw failure('ENOSPC');
    const file: SimulatedFile = { bytes: new Uint8Array(), syncedBytes: 0 };
    this.#files.set(name, file);
    this.#removed.delete(name);
    return {
      write: async (bytes, at) => this.#write(file, bytes, at),
      sync: async () => {
        this.#operation();
        if (this.hasBrokenSync) throw failure('EIO');
        file.syncedBytes = file.bytes.length;
      },
      truncate: async (length) => {
        this.#operation();
        file.bytes = file.bytes.slice(0, length);
        file.syncedBytes = Math.min(file.syncedBytes, length);
      },
      close: async () => this.#checkAlive(),
    };
  }

  async remove(name: string): Promise<void> {
    this.#operation();
    const file = this.#files.get(name);
    if (file !== undefined) this.#removed.set(name, file);
    this.#files.delete(name);
  }

  #write(file: SimulatedFile, bytes: Uint8Array, at: number): void {
    const room = this.capacity - this.usedBytes + file.bytes.length;
    const isCrashing = this.operations + 1 === this.crashAt;
    const fitting = Math.max(0, Math.min(bytes.length, room - at));
    const end = Math.max(file.bytes.length, at + fitting);
    const content = new Uint8Array(end);
    content.set(file.bytes);
    content.set(bytes.subarray(0, fitting), at);
    file.bytes = content;
    if (isCrashing) this.operations += 1;
    if (isCrashing) throw new Crash();
    this.#operation();
    if (fitting < bytes.length) throw failure('ENOSPC');
  }

  #operation(): void {
    this.operations += 1;
    this.#checkAlive();
  }

  #checkAlive(): void {
    if (this.operations >= this.crashAt) throw new Crash();
  }

  #file(name: string): SimulatedFile {
    const file = this.#files.get(name);
    if (file === undefined) throw failure('ENOENT');
    return file;
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
