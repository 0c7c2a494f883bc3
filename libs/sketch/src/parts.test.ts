import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { SketchParts } from './parts.ts';
import { Sketch } from './sketch.ts';

const values = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e12, noNaN: true })));

function partsOf(sketch: Sketch): SketchParts {
  const { scale, count, sum, min, max, zeroCount, offset, bucketCounts } = sketch;
  return { scale, count, sum, min, max, zeroCount, offset, bucketCounts };
}

describe('Sketch.fromParts', () => {
  it('gives back the sketch whose parts it gets', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -10, max: 20 }), (all, scale) => {
        const parts = partsOf(Sketch.of(all, { scale }));
        assert.deepEqual(partsOf(Sketch.fromParts(parts)), parts);
      }),
    );
  });

  it('lowers the scale where the limit is smaller than the parts', () => {
    const parts = partsOf(Sketch.of([1, 2, 4, 8]));
    const small = Sketch.fromParts(parts, { maxBuckets: 16 });
    assert.deepEqual(partsOf(small), partsOf(Sketch.of([1, 2, 4, 8], { maxBuckets: 16 })));
  });

  it('takes zeros at either end of the counts and trims them', () => {
    const base = { scale: 0, count: 3, sum: 6, min: 1.5, max: 3, zeroCount: 0 };
    const sketch = Sketch.fromParts({ ...base, offset: -2, bucketCounts: [0, 0, 2, 1, 0] });
    assert.deepEqual([sketch.offset, sketch.bucketCounts], [0, [2, 1]]);
  });

  it('estimates an absent minimum, maximum and sum from the buckets', () => {
    const exact = Sketch.of([0.3, 0.7, 1.1, 9]);
    const { scale, count, zeroCount, offset, bucketCounts } = exact;
    const sketch = Sketch.fromParts({ scale, count, zeroCount, offset, bucketCounts });
    assert.ok(Math.abs(sketch.sum - exact.sum) < exact.sum * 0.011);
    assert.ok(Math.abs((sketch.min ?? 0) - 0.3) < 0.3 * 0.011);
    assert.ok((sketch.max ?? 0) >= 9 && (sketch.max ?? 0) < 9 * 1.022);
  });

  it('makes an empty sketch of nothing', () => {
    const sketch = Sketch.fromParts({
      scale: 3,
      count: 0,
      zeroCount: 0,
      offset: 7,
      bucketCounts: [0],
    });
    assert.deepEqual([sketch.count, sketch.scale, sketch.min, sketch.sum], [0, 3, undefined, 0]);
  });

  it('takes a minimum and maximum one bucket off, as senders that round at boundaries give them', () => {
    const parts = { scale: 0, count: 1, sum: 2, min: 2, max: 2, zeroCount: 0 };
    assert.equal(Sketch.fromParts({ ...parts, offset: 1, bucketCounts: [1] }).count, 1);
  });

  it('refuses parts that contradict each other', () => {
    const good = {
      scale: 0,
      count: 4,
      sum: 7,
      min: 0,
      max: 4,
      zeroCount: 1,
      offset: 0,
      bucketCounts: [2, 1],
    };
    assert.equal(Sketch.fromParts(good).count, 4);
    const wrong: Partial<Record<keyof SketchParts, unknown>>[] = [
      { scale: 21 },
      { scale: -11 },
      { scale: 0.5 },
      { count: 5 },
      { count: Number.NaN },
      { sum: -1 },
      { sum: Number.NaN },
      { sum: Infinity },
      { sum: 17 },
      { min: -1 },
      { min: Number.NaN },
      { min: 1.5 },
      { min: 5 },
      { max: 16 },
      { max: Infinity },
      { max: 1 },
      { zeroCount: -1 },
      { zeroCount: 0 },
      { zeroCount: 1.5 },
      { offset: 0.5 },
      { offset: 2 ** 31 },
      { offset: 5 },
      { bucketCounts: [2, 1.5] },
      { bucketCounts: [-2, 5] },
      { bucketCounts: [Number.NaN, 1] },
      { offset: 1_024, max: undefined, min: undefined, sum: undefined },
    ];
    for (const change of wrong) {
      // Parts come from outside: the types do not hold there.
      const parts = { ...good, ...change } as SketchParts;
      assert.throws(
        () => Sketch.fromParts(parts),
        { code: 'TT_SKETCH_BAD_PARTS' },
        JSON.stringify(change),
      );
    }
  });

  it('makes a valid sketch or refuses, whatever the parts', () => {
    const number = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.double(), fc.constant(0));
    const parts = fc.record({
      scale: fc.integer({ min: -12, max: 22 }),
      count: fc.integer({ min: 0, max: 10 }),
      sum: number,
      min: number,
      max: number,
      zeroCount: fc.integer({ min: 0, max: 3 }),
      offset: fc.integer({ min: -100, max: 100 }),
      bucketCounts: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(parts, (each) => {
        let sketch: Sketch;
        try {
          sketch = Sketch.fromParts(each);
        } catch (error) {
          assert.match(String(error), /^SketchError: histogram parts: found .*expected/);
          return;
        }
        assert.ok(sketch.count === each.count && sketch.sum >= 0);
        assert.ok(sketch.count === 0 || (sketch.min ?? -1) <= (sketch.max ?? -1));
      }),
      { numRuns: 500 },
    );
  });
});
