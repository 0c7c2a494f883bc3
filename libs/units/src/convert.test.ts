import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytes, cores, millicores } from './checked.ts';
import {
  coresToMillicores,
  millicoresToCores,
  roundUpToMebibyte,
  roundUpToMillicore,
} from './convert.ts';

describe('conversions', () => {
  it('turn cores into millicores and back', () => {
    assert.equal(coresToMillicores(cores(0.25)), 250);
    assert.equal(millicoresToCores(millicores(1_500)), 1.5);
  });

  it('round up to whole millicores without counting floating error', () => {
    const round = (value: number): number => roundUpToMillicore(millicores(value));
    assert.deepEqual([0, 0.2, 100, 100.01, 69.00000000000001].map(round), [0, 1, 100, 101, 69]);
    assert.equal(round(1e-9), 1);
  });

  it('never round millicores down by more than a nanocore, nor up by a whole one', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (value) => {
        const rounded = roundUpToMillicore(millicores(value));
        assert.ok(Number.isInteger(rounded));
        assert.ok(rounded >= value - 1e-6 && rounded < value + 1);
      }),
    );
  });

  it('round up to whole mebibytes', () => {
    const round = (value: number): number => roundUpToMebibyte(bytes(value)) / 2 ** 20;
    assert.deepEqual([0, 1, 2 ** 20, 2 ** 20 + 1].map(round), [0, 1, 1, 2]);
  });
});
