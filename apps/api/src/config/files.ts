import { readFileSync, statSync } from 'node:fs';
import { ApiError } from '../errors.ts';

/** Bits of a mode that let others than owner and group in, and the group write. */
const TOO_OPEN = 0o027;

/** The text of a file that is no secret. Throws TT_API_SETUP where it cannot be read. */
export function readTextFile(path: string): string {
  return readBytes(path).toString('utf8');
}

/**
 * The bytes of a file that holds a secret. It has to be closed to everybody but its owner; the group may read it,
 * since Kubernetes mounts Secrets so. Throws TT_API_SETUP. On Windows modes say nothing and are not looked at.
 */
export function readSecretFile(path: string, platform: NodeJS.Platform): Buffer {
  const bytes = readBytes(path);
  const mode = statSync(path).mode & 0o777;
  if (platform !== 'win32' && (mode & TOO_OPEN) !== 0) {
    throw new ApiError(
      'TT_API_SETUP',
      `${path}: found mode 0${mode.toString(8)}; expected 0600 (0640 at most): chmod 600 it, and make a new secret if others could read it`,
    );
  }
  return bytes;
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ApiError('TT_API_SETUP', `${path}: cannot be read (${reason}); expected a file`, {
      cause,
    });
  }
}
