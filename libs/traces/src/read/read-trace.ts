import { createReadStream, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { TraceError } from '../errors.ts';
import type { TraceSeries } from '../series.ts';
import { TraceParser } from './trace-parser.ts';

/** What a reader may be told. */
export interface ReadTraceOptions {
  /**
   * Seconds between samples, a whole number of at least 1. Default: `resolution_s` of the
   * `<set>.meta.json` beside the file; without that, the greatest span that divides all of a series' times.
   */
  readonly stepSeconds?: number;
}

const CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Reads a trace file (CSV, plain or gzip, told by its first bytes) series by series; only one series is
 * held at a time. Throws TraceError where the file breaks off or breaks a rule: by then the series
 * before have been handed out, so a caller that must not use half a recording takes `readTraceFile`.
 */
export async function* readTrace(
  path: string,
  options: ReadTraceOptions = {},
): AsyncGenerator<TraceSeries, void, undefined> {
  const parser = new TraceParser(path, options.stepSeconds ?? stepOfMeta(path));
  for await (const chunk of contentOf(path)) {
    yield* parser.push(chunk);
  }
  yield* parser.end();
}

/** Reads a whole trace file: all of its series, or a TraceError and none. */
export function readTraceFile(
  path: string,
  options: ReadTraceOptions = {},
): Promise<TraceSeries[]> {
  return Array.fromAsync(readTrace(path, options));
}

/** The file's bytes, unpacked if need be. Both streams are closed however the reading ends. */
async function* contentOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const isPacked = await isGzip(path);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const unpack = isPacked ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
  if (unpack !== undefined) {
    file.on('error', (error) => unpack.destroy(error));
    file.pipe(unpack);
  }
  try {
    yield* unpack ?? file;
  } catch (error) {
    throw readingError(path, error);
  } finally {
    unpack?.destroy();
    file.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer } = await file.read(
        new Uint8Array(GZIP_MAGIC.length),
        0,
        GZIP_MAGIC.length,
        0,
      );
      return GZIP_MAGIC.every((byte, index) => buffer[index] === byte);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readingError(path, error);
  }
}

function readingError(path: string, error: unknown): unknown {
  const code = codeOf(error);
  const cause = { cause: error };
  if (code === 'Z_BUF_ERROR') {
    const what = 'the packed file stops half-way; get it again';
    return new TraceError('TT_TRACE_TRUNCATED', { path }, what, cause);
  }
  if (code?.startsWith('Z_')) {
    const what = `the packed file is damaged (${code}); get it again`;
    return new TraceError('TT_TRACE_CORRUPT', { path }, what, cause);
  }
  if (code !== undefined && /^E[A-Z]+$/.test(code)) {
    const what = `the file cannot be read (${code}); expected a trace file`;
    return new TraceError('TT_TRACE_MISSING', { path }, what, cause);
  }
  return error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** The resolution the set's meta file names; undefined when there is no such file. */
function stepOfMeta(path: string): number | undefined {
  const metaPath = path.replace(/\.csv(\.gz)?$/, '.meta.json');
  if (metaPath === path) {
    return undefined;
  }
  const text = textIfThere(metaPath);
  if (text === undefined) {
    return undefined;
  }
  const step = resolutionIn(metaPath, text);
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 1) {
    const what = `resolution_s is ${JSON.stringify(step)}; expected whole seconds of at least 1`;
    throw new TraceError('TT_TRACE_META', { path: metaPath }, what);
  }
  return step;
}

function textIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw readingError(path, error);
  }
}

function resolutionIn(metaPath: string, text: string): unknown {
  try {
    const meta: unknown = JSON.parse(text);
    return typeof meta === 'object' && meta !== null && 'resolution_s' in meta
      ? meta.resolution_s
      : undefined;
  } catch (error) {
    throw new TraceError('TT_TRACE_META', { path: metaPath }, 'found no JSON; expected an object', {
      cause: error,
    });
  }
}
