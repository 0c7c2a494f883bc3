import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { decodeBlock, encodeBlock } from './block.ts';
import { decodeDaySum, encodeDaySum } from './day-codec.ts';
import { decodeHour, decodeQuarter, encodeHour, encodeQuarter } from './hour-codec.ts';

/** Reads bytes of one format, and gives the content as plain data and the bytes written anew. */
type Reread = (bytes: Uint8Array) => { content: unknown; again: Uint8Array };

const formats: Readonly<Record<string, Reread>> = {
  block: (bytes) => ({ content: decodeBlock(bytes), again: encodeBlock(decodeBlock(bytes)) }),
  hour: (bytes) => {
    const { content } = decodeHour(bytes);
    return { content, again: encodeHour(content) };
  },
  quarter: (bytes) => ({
    content: decodeQuarter(bytes),
    again: encodeQuarter(decodeQuarter(bytes)),
  }),
  daySum: (bytes) => ({ content: decodeDaySum(bytes), again: encodeDaySum(decodeDaySum(bytes)) }),
};

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each) => {
      if (!(each instanceof Sketch)) return each;
      const { scale, count, sum, min, max, zeroCount, offset, bucketCounts } = each;
      return { scale, count, sum, min, max, zeroCount, offset, bucketCounts };
    }),
  );
}

interface Golden {
  readonly format: string;
  readonly hex: string;
  readonly content: unknown;
}

describe('version 1 of every format', () => {
  const path = new URL('../testdata/history-v1.json', import.meta.url);
  const all: readonly Golden[] = JSON.parse(readFileSync(path, 'utf8'));

  it('has golden bytes', () => {
    assert.deepEqual(new Set(all.map(({ format }) => format)), new Set(Object.keys(formats)));
  });

  it('still decodes to what it was made of, and is still what is written', () => {
    for (const { format, hex, content } of all) {
      const bytes = Buffer.from(hex, 'hex');
      const reread = formats[format]?.(bytes);
      assert.deepEqual(plain(reread?.content), content, format);
      assert.equal(Buffer.from(reread?.again ?? []).toString('hex'), hex, format);
    }
  });
});
