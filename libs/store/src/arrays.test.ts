import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { boolArray, byteaArray, float8Array, int4Array, int8Array, textArray } from './arrays.ts';

describe('binary array parameters', () => {
  it('writes an empty array as a header without dimensions', () => {
    const bytes = int4Array([]);

    assert.equal(bytes.toString('hex'), '000000000000000000000017');
  });

  it('writes one dimension, the null flag, the element type and lengths', () => {
    const bytes = int4Array([1, null, -1]);

    const header = '00000001' + '00000001' + '00000017' + '00000003' + '00000001';
    assert.equal(bytes.toString('hex'), `${header}0000000400000001ffffffff00000004ffffffff`);
  });

  it('refuses what does not fit, naming the element', () => {
    const refused = (make: () => Buffer, index: number) =>
      assert.throws(make, { code: 'TT_STORE_ARRAY', message: new RegExp(`element ${index} `) });

    refused(() => int4Array([0, 2147483648]), 1);
    refused(() => int4Array([1.5]), 0);
    refused(() => int4Array([Number.NaN]), 0);
    refused(() => int8Array([2 ** 53]), 0);
    refused(() => int8Array([0n, 1n << 63n]), 1);
    refused(() => textArray(['a', 'b\0']), 1);
  });

  it('copies bytes, so that the caller may reuse its buffer', () => {
    const own = new Uint8Array([7]);
    const bytes = byteaArray([own]);

    own[0] = 0;

    assert.equal(bytes.at(-1), 7);
  });

  it('marks an array without nulls as such', () => {
    for (const bytes of [boolArray([true]), float8Array([1]), textArray([''])]) {
      assert.equal(bytes.readInt32BE(4), 0);
    }
  });
});
