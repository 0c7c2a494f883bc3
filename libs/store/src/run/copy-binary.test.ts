import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CopyField, readCopyRows } from './copy-binary.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

test('reads the same rows wherever the stream is cut', async () => {
  const field = fc.option(fc.uint8Array({ maxLength: 20 }), { nil: null });
  const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (wanted, chunkBytes) => {
      const stream = encode(wanted);

      const found = await collect(cut(stream, chunkBytes));

      assert.deepEqual(
        found.map((row) => row.map((value) => value?.toString('hex') ?? null)),
        wanted.map((row) =>
          row.map((value) => (value ? Buffer.from(value).toString('hex') : null)),
        ),
      );
    }),
    { numRuns: 200 },
  );
});

test('skips an extension of the header', async () => {
  const stream = Buffer.concat([
    SIGNATURE,
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 2, 7, 7]),
    Buffer.from([0, 1, 0, 0, 0, 1, 42]),
    Buffer.from([0xff, 0xff]),
  ]);

  const found = await collect(cut(stream, 100));

  assert.deepEqual(found, [[Buffer.from([42])]]);
});

test('refuses a stream that ends in the middle of a row', async () => {
  const stream = encode([[new Uint8Array(5)]]).subarray(0, -4);

  await assert.rejects(collect(cut(stream, 100)), RangeError);
});

function encode(rows: readonly (readonly (Uint8Array | null)[])[]): Buffer {
  const parts = [SIGNATURE, Buffer.alloc(8)];
  for (const row of rows) {
    const count = Buffer.alloc(2);
    count.writeInt16BE(row.length);
    parts.push(count);
    for (const value of row) {
      const length = Buffer.alloc(4);
      length.writeInt32BE(value === null ? -1 : value.length);
      parts.push(length, Buffer.from(value ?? []));
    }
  }
  return Buffer.concat([...parts, Buffer.from([0xff, 0xff])]);
}

async function* cut(stream: Buffer, chunkBytes: number): AsyncIterable<Buffer> {
  for (let at = 0; at < stream.length; at += chunkBytes) {
    yield await Promise.resolve(stream.subarray(at, at + chunkBytes));
  }
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<CopyField[][]> {
  const rows: CopyField[][] = [];
  for await (const row of readCopyRows(chunks)) rows.push(row);
  return rows;
}
