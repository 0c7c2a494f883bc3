import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { batchOf } from '../../test/batches.ts';
import { crc32c } from './crc32c.ts';
import { bodyOf, encodeRecord, scanSegment } from './record.ts';

function segmentOf(count: number): { bytes: Uint8Array; ends: number[] } {
  const ends: number[] = [];
  const records = Array.from({ length: count }, (_, i) => {
    const record = {
      kind: 'batch',
      ...batchOf(i + 1, 20 + i),
      isLastOfGroup: i % 3 !== 0,
    } as const;
    const encoded = encodeRecord(record);
    ends.push((ends.at(-1) ?? 0) + encoded.length);
    return encoded;
  });
  return { bytes: Uint8Array.from(Buffer.concat(records)), ends };
}

test('CRC-32C gives the check values of its specification', () => {
  assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(new Uint8Array()), 0);
});

test('a record comes back as it was written, with and without a replaced name and a note', () => {
  const { body, header } = batchOf(9);
  const replaces = { epoch: 2n ** 64n - 1n, seq: 4 };
  for (const record of [
    { kind: 'batch', header, body, isLastOfGroup: true, note: '400 no' },
    {
      kind: 'batch',
      header: { ...header, replaces, encoding: 'gzip' },
      body,
      isLastOfGroup: false,
    },
    { kind: 'mark', header, body: new Uint8Array(), isLastOfGroup: true },
  ] as const) {
    const bytes = encodeRecord(record);

    const { records, end, damaged } = scanSegment(bytes);

    const { header: written, isLastOfGroup, kind } = record;
    const expected = { kind, header: written, isLastOfGroup, offset: 0, length: bytes.length };
    assert.deepEqual(records, [expected]);
    assert.deepEqual([end, damaged], [bytes.length, 0]);
    assert.deepEqual(bodyOf(bytes), record.body);
  }
});

test('a segment cut at any byte gives exactly the records before the cut', () => {
  const { bytes, ends } = segmentOf(12);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const whole = ends.filter((end) => end <= cut);

    const scan = scanSegment(bytes.subarray(0, cut));

    assert.equal(scan.records.length, whole.length);
    assert.equal(scan.end, whole.at(-1) ?? 0);
    assert.equal(scan.damaged, 0);
  }
});

test('a damaged byte costs the record it is in, unless it hides where the next one begins', () => {
  const { bytes, ends } = segmentOf(6);
  const starts = [0, ...ends];
  for (let at = 0; at < bytes.length; at += 1) {
    const damaged = bytes.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const index = ends.findIndex((end) => at < end);
    const isLength = at < (starts[index] ?? 0) + 4;

    const { records } = scanSegment(damaged);

    const offsets = records.map(({ offset }) => offset);
    assert.ok(!offsets.includes(starts[index] ?? -1));
    assert.deepEqual(offsets.slice(0, index), starts.slice(0, index));
    const isLastOne = index === ends.length - 1;
    if (!isLength || isLastOne) assert.equal(records.length, 5, `byte ${at} of record ${index}`);
  }
});

test('arbitrary bytes are read without an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(300), (noise, at) => {
      scanSegment(noise);
      const { bytes } = segmentOf(3);
      bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      scanSegment(bytes);
      bodyOf(bytes);
    }),
  );
});
