import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import test from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ApiError, type ApiErrorCode } from '../errors.ts';
import { ByteBudget } from './byte-budget.ts';
import { type Encoding, encodingOf, readBody } from './read-body.ts';

const LIMITS = { maxBytes: 1024 * 1024, maxCompressedBytes: 100_000, maxRatio: 50 };

function read(bytes: Uint8Array, encoding: Encoding, budget = new ByteBudget(4 * 1024 * 1024)) {
  const lease = budget.lease();
  const stream = Readable.from(chunksOf(Buffer.from(bytes)), { objectMode: false });
  return readBody(stream, { encoding, contentLength: undefined, limits: LIMITS, lease }).finally(
    () => lease.release(),
  );
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += 1000) yield bytes.subarray(at, at + 1000);
}

function coded(code: ApiErrorCode) {
  return (error: unknown) => error instanceof ApiError && error.code === code;
}

/** Bytes that do not compress well, the same each time. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    }),
  );
}

test('gives the message back whatever its encoding', async () => {
  const message = noise(60_000);

  assert.deepEqual(await read(message, 'identity'), message);
  assert.deepEqual(await read(gzipSync(message), 'gzip'), message);
  assert.deepEqual(await read(zstdCompressSync(message), 'zstd'), message);
  assert.deepEqual(await read(Buffer.alloc(0), 'identity'), Buffer.alloc(0));
});

test('takes any ratio below 64 KiB and refuses a higher one than allowed above', async () => {
  const small = Buffer.alloc(60 * 1024);
  const large = Buffer.alloc(900 * 1024);

  assert.equal((await read(gzipSync(small), 'gzip')).byteLength, small.byteLength);
  for (const encoding of ['gzip', 'zstd'] as const) {
    const packed = encoding === 'gzip' ? gzipSync(large) : zstdCompressSync(large);
    await assert.rejects(read(packed, encoding), coded('TT_INGEST_TOO_LARGE'));
  }
});

test('refuses more bytes than allowed, packed and unpacked', async () => {
  await assert.rejects(read(noise(1024 * 1024 + 1), 'identity'), coded('TT_INGEST_TOO_LARGE'));
  await assert.rejects(read(gzipSync(noise(200_000)), 'gzip'), coded('TT_INGEST_TOO_LARGE'));
});

test('refuses a zstd frame that asks for a large window before it gets one', async () => {
  // Magic number, no content size, a window of 2^27 bytes, then one raw block of five bytes.
  const wide = Buffer.from('28b52ffd' + '00' + '88' + '290000' + '6162636465', 'hex');
  const narrow = Buffer.from('28b52ffd' + '00' + '58' + '290000' + '6162636465', 'hex');

  assert.equal((await read(narrow, 'zstd')).toString(), 'abcde');
  await assert.rejects(read(wide, 'zstd'), coded('TT_INGEST_TOO_LARGE'));
});

test('refuses bytes that are broken or end too early', async () => {
  const message = noise(20_000);

  for (const packed of [gzipSync(message).subarray(0, -9), Buffer.from('not gzip at all')]) {
    await assert.rejects(read(packed, 'gzip'), coded('TT_INGEST_CORRUPT'));
  }
  for (const packed of [zstdCompressSync(message).subarray(0, -9), Buffer.from('not zstd')]) {
    await assert.rejects(read(packed, 'zstd'), coded('TT_INGEST_CORRUPT'));
  }
});

test('says busy when the memory set aside is full, and gives back what it took', async () => {
  const budget = new ByteBudget(50_000);

  await assert.rejects(read(noise(60_000), 'identity', budget), coded('TT_INGEST_BUSY'));
  await assert.rejects(read(gzipSync(noise(1000)), 'gzip', budget), coded('TT_INGEST_BUSY'));

  assert.equal(budget.takenBytes, 0);
});

test('holds just the message once it is unpacked', async () => {
  const budget = new ByteBudget(4 * 1024 * 1024);
  const lease = budget.lease();
  const message = noise(30_000);
  const stream = Readable.from(chunksOf(gzipSync(message)), { objectMode: false });

  const reading = { encoding: 'gzip', contentLength: undefined, limits: LIMITS, lease } as const;
  await readBody(stream, reading);

  assert.equal(budget.takenBytes, message.byteLength);
  lease.release();
  lease.release();
  assert.equal(budget.takenBytes, 0);
});

test('leaves the stream alive when it stops reading early, so that an answer can be sent', async () => {
  const stream = Readable.from(chunksOf(noise(3000)), { objectMode: false });
  const lease = new ByteBudget(1500).lease();

  const reading = readBody(stream, {
    ...{ encoding: 'identity', contentLength: undefined, limits: LIMITS, lease },
  } as const);

  await assert.rejects(reading, coded('TT_INGEST_BUSY'));
  assert.equal(stream.destroyed, false);
});

test('knows three encodings and no list of them', () => {
  assert.equal(encodingOf(undefined), 'identity');
  assert.equal(encodingOf(' GZIP '), 'gzip');
  assert.equal(encodingOf('zstd'), 'zstd');
  for (const other of ['br', 'deflate', 'snappy', 'gzip, gzip']) {
    assert.throws(() => encodingOf(other), coded('TT_INGEST_CONTENT_ENCODING'));
  }
});
