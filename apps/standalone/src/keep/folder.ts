import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StandaloneError } from '../errors.ts';

/** Owner alone: the folder holds keys. Traversable by others, since the embedded server runs as another user under root. */
const FOLDER_MODE = 0o711;
const FILE_MODE = 0o600;

/** The data folder: small files read and written whole, so that a kill leaves the old one or the new one. */
export class DataFolder {
  readonly root: string;

  /** Makes the folder where it is missing; throws TT_STANDALONE_FOLDER where it cannot. */
  constructor(root: string) {
    this.root = root;
    this.#try(root, () => mkdirSync(root, { recursive: true, mode: FOLDER_MODE }));
  }

  /** Path of a file or folder below the data folder. */
  path(...names: readonly string[]): string {
    return join(this.root, ...names);
  }

  /** The file's bytes, undefined where there is none. */
  read(name: string): Buffer | undefined {
    const file = this.path(name);
    return this.#try(file, () => {
      try {
        return readFileSync(file);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  /** Writes beside, syncs, renames, syncs the folder. */
  write(name: string, content: string | Uint8Array): void {
    const file = this.path(name);
    this.#try(file, () => {
      mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
      const beside = `${file}.new`;
      const fd = openSync(beside, 'w', FILE_MODE);
      try {
        writeAll(fd, typeof content === 'string' ? Buffer.from(content) : content);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      renameSync(beside, file);
      syncFolder(dirname(file));
    });
  }

  #try<T>(what: string, act: () => T): T {
    try {
      return act();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new StandaloneError(
        'TT_STANDALONE_FOLDER',
        `${what}: ${why}; expected a folder with free space that this user may write: choose another by --data or TRIMTAB_DATA_DIR`,
        cause,
      );
    }
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
