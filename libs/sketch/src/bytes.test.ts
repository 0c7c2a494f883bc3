import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter, doubleForm } from './bytes.ts';

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.finish();
}

describe('bytes', () => {
  it('keep whole numbers up to 2^53 - 1', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        assert.equal(new ByteReader(written((writer) => writer.varint(value))).varint(), value);
      }),
    );
  });

  it('keep whole numbers of either sign', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        assert.equal(new ByteReader(written((writer) => writer.signed(value))).signed(), value);
      }),
    );
  });

  it('keep any double exactly, but for the sort of NaN', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const bytes = written((writer) => writer.taggedDouble(value));
        assert.ok(Object.is(new ByteReader(bytes).taggedDouble(), value));
      }),
      { numRuns: 500 },
    );
  });

  it('use the shortest form of a double', () => {
    assert.deepEqual([0, 8_192, 7, 0.5, 0.1, -1, -0].map(doubleForm), [0, 0, 1, 2, 3, 2, 2]);
    assert.equal(written((writer) => writer.taggedDouble(300 * 2 ** 20)).length, 4);
  });

  it('read from the middle of a larger buffer', () => {
    const larger = new Uint8Array([7, 7, ...written((writer) => writer.taggedDouble(0.1))]);
    assert.equal(new ByteReader(larger.subarray(2)).taggedDouble(), 0.1);
    assert.equal(new ByteReader(larger, 2).taggedDouble(), 0.1);
  });

  it('grow with what is written', () => {
    const long = Uint8Array.from({ length: 10_000 }, (_, at) => at & 255);
    const bytes = written((writer) => {
      writer.raw(long);
      writer.uint32(0xdeadbeef);
    });
    const reader = new ByteReader(bytes);
    assert.deepEqual(reader.raw(10_000), long);
    assert.equal(reader.uint32(), 0xdeadbeef);
    assert.equal(reader.left, 0);
  });

  it('refuse to be read past their end, and numbers of more than 53 bits', () => {
    const empty = new ByteReader(new Uint8Array(0));
    const reads = [
      (): unknown => empty.byte(),
      (): unknown => empty.varint(),
      (): unknown => empty.uint32(),
      (): unknown => empty.double(3),
      (): unknown => empty.raw(1),
    ];
    for (const read of reads) assert.throws(read, { code: 'TT_SKETCH_CORRUPT' });
    const endless = new Uint8Array(20).fill(255);
    assert.throws(() => new ByteReader(endless).varint(), /more than 53 bits/);
    const tooLarge = Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 127]);
    assert.throws(() => new ByteReader(tooLarge).varint(), /more than 53 bits/);
  });
});
