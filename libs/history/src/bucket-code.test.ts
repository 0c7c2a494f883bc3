import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';
import fc from 'fast-check';
import {
  codeOf,
  middleOf,
  presenceOf,
  readColumn,
  roundToBucket,
  wholeMiddleOf,
  writeColumn,
} from './bucket-code.ts';

const value = fc.oneof(
  fc.double({ min: 1e-9, max: 1e12, noNaN: true }),
  fc.double({ min: 0, max: 1e-290, noNaN: true }),
  fc.constantFrom(0, 1, Number.MIN_VALUE, Number.MAX_VALUE),
);

describe('bucket codes', () => {
  it('give a value that has the same code', () => {
    fc.assert(
      fc.property(value, (each) => {
        assert.equal(codeOf(middleOf(codeOf(each))), codeOf(each));
      }),
    );
  });

  it('give whole values that have the same code, for every size of memory', () => {
    const least = codeOf(1);
    for (let code = least; code <= codeOf(2 ** 53); code += 1) {
      const whole = wholeMiddleOf(code);
      // Between 1 and 46 there are buckets without any whole number; no whole value has their code.
      if (code < codeOf(47) && codeOf(Math.ceil(middleOf(code))) !== code) continue;
      assert.ok(Number.isInteger(whole));
      assert.equal(codeOf(whole), code);
    }
    for (let size = 0; size < 1_000; size += 1)
      assert.equal(codeOf(wholeMiddleOf(codeOf(size))), codeOf(size));
  });

  it('round by at most half a bucket, and zero not at all', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (each) => {
        assert.ok(Math.abs(roundToBucket(each) - each) <= each * 0.01084);
      }),
    );
    assert.deepEqual([0, Number.MIN_VALUE, 1e-302].map(roundToBucket), [0, 0, 0]);
  });

  it('are kept by a column, with the places that hold none', () => {
    const column = fc.array(fc.option(value, { nil: undefined, freq: 3 }), { maxLength: 24 });
    fc.assert(
      fc.property(column, (values) => {
        const writer = new ByteWriter();
        writeColumn(writer, values);
        const reader = new ByteReader(writer.finish());
        const codes = readColumn(reader, values.length, presenceOf(values));
        assert.deepEqual(
          codes,
          values.map((each) => (each === undefined ? undefined : codeOf(each))),
        );
        assert.equal(reader.left, 0);
      }),
    );
  });
});
