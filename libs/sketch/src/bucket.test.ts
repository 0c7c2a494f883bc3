import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bucketIndex,
  bucketMiddle,
  bucketUpper,
  highestBucket,
  lowestBucket,
  MAX_SCALE,
  MIN_SCALE,
} from './bucket.ts';

const scale = fc.integer({ min: MIN_SCALE, max: MAX_SCALE });
const positive = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
const SCALES = Array.from({ length: MAX_SCALE - MIN_SCALE + 1 }, (_, at) => MIN_SCALE + at);

describe('bucketIndex', () => {
  it('puts every power of two at every scale into the bucket that ends there', () => {
    for (const at of SCALES) {
      for (let power = -1_074; power <= 1_023; power += 1) {
        // At 2^power, index + 1 boundaries of 2^(2^-scale) have passed.
        const expected = Math.ceil(power * 2 ** at) - 1;
        assert.equal(bucketIndex(2 ** power, at), expected, `2^${power} at scale ${at}`);
      }
    }
  });

  it('puts the next double above a power of two into the next bucket', () => {
    for (const at of SCALES.filter((each) => each >= 0)) {
      for (const power of [-1_000, -30, -1, 0, 1, 10, 53, 1_000]) {
        const above = 2 ** power * (1 + Number.EPSILON);
        assert.equal(bucketIndex(above, at), power * 2 ** at, `2^${power} at scale ${at}`);
      }
    }
  });

  it('knows the smallest, the smallest normal and the greatest double', () => {
    assert.equal(bucketIndex(Number.MIN_VALUE, 5), -1_074 * 32 - 1);
    assert.equal(bucketIndex(2 ** -1_022, 5), -1_022 * 32 - 1);
    assert.equal(bucketIndex(Number.MAX_VALUE, 5), 1_024 * 32 - 1);
    assert.equal(bucketIndex(Number.MIN_VALUE, MAX_SCALE), -1_074 * 2 ** 20 - 1);
    assert.deepEqual(
      [Number.MIN_VALUE, 0.5, 1, 1.5, Number.MAX_VALUE].map((value) => bucketIndex(value, -10)),
      [-2, -1, -1, 0, 0],
    );
  });

  it('never gives a bucket beyond the lowest and the highest', () => {
    for (const at of SCALES) {
      assert.equal(lowestBucket(at), bucketIndex(Number.MIN_VALUE, at));
      assert.equal(highestBucket(at), bucketIndex(Number.MAX_VALUE, at));
    }
  });

  it('puts every boundary into its own bucket and the next double into the next', () => {
    const index = fc.integer({ min: -3_000, max: 3_000 });
    fc.assert(
      fc.property(index, fc.integer({ min: 2, max: MAX_SCALE }), (bucket, at) => {
        const upper = bucketUpper(bucket, at);
        assert.equal(bucketIndex(upper, at), bucket);
        assert.equal(bucketIndex(upper * (1 + Number.EPSILON), at), bucket + 1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps every value between the ends of its bucket', () => {
    fc.assert(
      fc.property(positive, scale, (value, at) => {
        const index = bucketIndex(value, at);
        assert.ok(value <= bucketUpper(index, at));
        // Below the normal doubles boundaries themselves are rounded.
        if (value >= 2 ** -1_021) assert.ok(value > bucketUpper(index - 1, at));
      }),
      { numRuns: 1_000 },
    );
  });

  it('halves to the bucket of the next coarser scale', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: MIN_SCALE + 1, max: MAX_SCALE }), (value, at) => {
        assert.equal(bucketIndex(value, at) >> 1, bucketIndex(value, at - 1));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('bucketMiddle', () => {
  it('is off by at most half a bucket from any value inside', () => {
    const normal = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(normal, fc.integer({ min: 0, max: MAX_SCALE }), (value, at) => {
        const base = 2 ** (2 ** -at);
        const middle = bucketMiddle(bucketIndex(value, at), at);
        assert.ok(Math.abs(middle - value) <= value * ((base - 1) / (base + 1)) * (1 + 1e-9));
      }),
    );
  });

  it('is a finite number above zero for every bucket a double can be in', () => {
    fc.assert(
      fc.property(positive, scale, (value, at) => {
        const middle = bucketMiddle(bucketIndex(value, at), at);
        assert.ok(middle > 0 && middle <= Number.MAX_VALUE);
      }),
    );
  });
});
