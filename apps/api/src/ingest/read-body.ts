/**
 * The message of a push, read with bounds on everything a sender could choose: the bytes sent, the bytes they
 * unpack to, the ratio of the two, the window a decompressor would allocate, and the sum over all connections.
 */
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, gunzip, zstdDecompress } from 'node:zlib';
import { ApiError } from '../errors.ts';
import type { ByteLease } from './byte-budget.ts';
import type { IngestLimits } from './limits.ts';

/** How a message is compressed. */
export type Encoding = 'identity' | 'gzip' | 'zstd';

/** What reading a message needs. */
export interface BodyReading {
  readonly encoding: Encoding;
  /** The Content-Length header, where there is one. */
  readonly contentLength: number | undefined;
  readonly limits: Pick<IngestLimits, 'maxBytes' | 'maxCompressedBytes' | 'maxRatio'>;
  readonly lease: ByteLease;
}

/** A message below this may have any ratio: short repetitive ones are honest. */
const ANY_RATIO_BYTES = 64 * 1024;
/** 16 MiB: a frame that asks for a larger window is refused before it is allocated. */
const ZSTD_WINDOW_LOG = 24;

/** The usual message fits in one piece, so it is unpacked in one trip to the thread pool instead of seven. */
const CHUNK_BYTES = 256 * 1024;

const unpackGzip = promisify<Buffer, object, Buffer>(gunzip);
const unpackZstd = promisify<Buffer, object, Buffer>(zstdDecompress);

/** The encoding of a `Content-Encoding` header. Throws TT_INGEST_CONTENT_ENCODING for any other, and for several. */
export function encodingOf(header: string | undefined): Encoding {
  const name = header?.trim().toLowerCase() ?? '';
  switch (name) {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'zstd':
      return name;
    default:
      throw new ApiError(
        'TT_INGEST_CONTENT_ENCODING',
        `Content-Encoding: found '${name.slice(0, 60)}'; expected gzip, zstd or identity`,
        { headers: { 'accept-encoding': 'gzip, zstd, identity' } },
      );
  }
}

/** Reads and unpacks a message. Throws TT_INGEST_TOO_LARGE, TT_INGEST_CORRUPT, TT_INGEST_BUSY. */
export async function readBody(stream: Readable, reading: BodyReading): Promise<Buffer> {
  const { encoding, limits, contentLength } = reading;
  const most = encoding === 'identity' ? limits.maxBytes : limits.maxCompressedBytes;
  if (contentLength !== undefined && contentLength > most) throw tooLarge('body', most);
  const packed = await collect(stream, most, reading.lease);
  return encoding === 'identity' ? packed : await unpack(packed, encoding, reading);
}

async function collect(stream: Readable, most: number, lease: ByteLease): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Left early, the stream must live on: destroying it would cut the connection before the answer is out.
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.byteLength;
      if (bytes > most) throw tooLarge('body', most);
      if (!lease.take(chunk.byteLength)) throw memoryFull();
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof ApiError ? cause : cutOff(cause);
  }
  return Buffer.concat(chunks, bytes);
}

async function unpack(
  packed: Buffer,
  encoding: 'gzip' | 'zstd',
  { limits, lease }: BodyReading,
): Promise<Buffer> {
  const byRatio = Math.max(ANY_RATIO_BYTES, packed.byteLength * limits.maxRatio);
  const most = Math.min(limits.maxBytes, byRatio);
  // Reserved before unpacking, since the size is known only afterwards.
  if (!lease.take(most)) throw memoryFull();
  try {
    const message =
      encoding === 'gzip'
        ? await unpackGzip(packed, { chunkSize: CHUNK_BYTES, maxOutputLength: most })
        : await unpackZstd(packed, {
            ...{ chunkSize: CHUNK_BYTES, maxOutputLength: most },
            params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
          });
    lease.give(most - message.byteLength + packed.byteLength);
    return message;
  } catch (cause) {
    throw unpackError(cause, encoding, most);
  }
}

function unpackError(cause: unknown, encoding: string, most: number): ApiError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ERR_BUFFER_TOO_LARGE' || code.endsWith('windowTooLarge')) {
    return tooLarge(`${encoding} body, unpacked`, most);
  }
  return new ApiError(
    'TT_INGEST_CORRUPT',
    `${encoding} body: found bytes that do not unpack (${cause instanceof Error ? cause.message : 'no reason given'}); expected one whole ${encoding} stream`,
    { cause },
  );
}

function tooLarge(what: string, most: number): ApiError {
  return new ApiError(
    'TT_INGEST_TOO_LARGE',
    `${what}: found more than ${most} bytes; expected at most that: send smaller batches`,
  );
}

/** Nobody is left to answer; the sender repeats the push over a new connection. */
function cutOff(cause: unknown): ApiError {
  return new ApiError(
    'TT_INGEST_CORRUPT',
    'body: found the end of the connection; expected the whole body first',
    { cause },
  );
}

function memoryFull(): ApiError {
  return new ApiError(
    'TT_INGEST_BUSY',
    'the memory set aside for pushes is full; expected room for one more: repeat later',
  );
}
