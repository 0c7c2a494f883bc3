import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Encoding } from './record.ts';

const gzip = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gzip);
const zstd = promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdCompress);

/** The fastest level of both: the next ones save a few per cent for two to four times the work. */
const LEVEL = 1;

/** Compresses a message for the wire; the same bytes give the same bytes on one version of Node. */
export function compress(encoding: Encoding, message: Uint8Array): Promise<Uint8Array> {
  return encoding === 'gzip'
    ? gzip(message, { level: LEVEL })
    : zstd(message, { params: { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL } });
}

/** Undoes `compress`; rejects for damaged bytes and for more than `maxBytes`. */
export function decompress(
  encoding: Encoding,
  body: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array> {
  const expand = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(
    encoding === 'gzip' ? zlib.gunzip : zlib.zstdDecompress,
  );
  return expand(body, { maxOutputLength: maxBytes });
}
