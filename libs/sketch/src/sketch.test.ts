import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bucketUpper, MIN_SCALE } from './bucket.ts';
import { Sketch, type SketchOptions } from './sketch.ts';

/** Everything that must be equal, and the sum apart, whose last bits depend on the order. */
function exactParts(sketch: Sketch): object {
  const { scale, count, min, max, zeroCount, offset, bucketCounts } = sketch;
  return { scale, count, min, max, zeroCount, offset, bucketCounts };
}

function assertSame(actual: Sketch, expected: Sketch): void {
  assert.deepEqual(exactParts(actual), exactParts(expected));
  assertClose(actual.sum, expected.sum);
}

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * expected, `${actual} is not ${expected}`);
}

/** The value at rank ceil(q * n) of all values, which is what a quantile stands for. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(q * sorted.length * (1 - 1e-12)));
  return sorted[rank - 1] ?? Number.NaN;
}

const usual = fc.double({ min: 1e-4, max: 1e3, noNaN: true });
const special = fc.constantFrom(0, 1, 2, 0.5, Number.MIN_VALUE, 2 ** -1_022, 1e-9, 2 ** 40, 1e300);
const value = fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: special });
const values = fc.array(value, { maxLength: 60 });
const options = fc.record({
  scale: fc.integer({ min: -3, max: 12 }),
  maxBuckets: fc.constantFrom(4, 16, 160, 1_024),
});

describe('adding', () => {
  it('keeps count, sum, minimum, maximum and zeros exactly', () => {
    const sketch = Sketch.of([0, 3, 0.5, 0, 8]);
    assert.deepEqual(
      [sketch.count, sketch.sum, sketch.min, sketch.max, sketch.zeroCount],
      [5, 11.5, 0, 8, 2],
    );
    assert.equal(sketch.mean(), 2.3);
  });

  it('has no minimum, maximum, mean or quantile while it is empty', () => {
    const sketch = new Sketch();
    assert.deepEqual(
      [sketch.count, sketch.sum, sketch.min, sketch.max, sketch.mean(), sketch.quantile(0.5)],
      [0, 0, undefined, undefined, undefined, undefined],
    );
    assert.deepEqual([sketch.offset, sketch.bucketCounts, sketch.countAbove(1)], [0, [], 0]);
  });

  it('refuses NaN, infinite and negative values and leaves the sketch as it was', () => {
    const sketch = Sketch.of([1, 2]);
    const before = exactParts(sketch);
    for (const bad of [Number.NaN, Infinity, -Infinity, -1, -Number.MIN_VALUE]) {
      assert.throws(() => sketch.add(bad), { code: 'TT_SKETCH_BAD_VALUE' });
    }
    assert.deepEqual(exactParts(sketch), before);
  });

  it('refuses counts that are no whole number from one, or pass 2^53', () => {
    const sketch = new Sketch();
    for (const bad of [0, -1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
      assert.throws(() => sketch.add(1, bad), { code: 'TT_SKETCH_BAD_COUNT' });
    }
    sketch.add(1, Number.MAX_SAFE_INTEGER);
    assert.throws(() => sketch.add(1), { code: 'TT_SKETCH_BAD_COUNT' });
    assert.throws(() => sketch.merge(Sketch.of([1])), { code: 'TT_SKETCH_BAD_COUNT' });
    assert.equal(sketch.count, Number.MAX_SAFE_INTEGER);
  });

  it('takes -0 for zero', () => {
    const sketch = Sketch.of([-0]);
    assert.ok(Object.is(sketch.min, 0) && Object.is(sketch.max, 0));
    assert.equal(sketch.zeroCount, 1);
  });

  it('holds the smallest and the greatest double together', () => {
    const sketch = Sketch.of([Number.MIN_VALUE, Number.MAX_VALUE, Number.MAX_VALUE]);
    assert.equal(sketch.quantile(0), Number.MIN_VALUE);
    assert.equal(sketch.quantile(1), Number.MAX_VALUE);
    assert.ok(sketch.sum <= Number.MAX_VALUE && (sketch.mean() ?? 0) <= Number.MAX_VALUE);
    assert.ok(sketch.bucketCounts.length <= 1_024);
  });

  it('counts a value added several times as often as it is added', () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 50 }), (each, times) => {
        const once = new Sketch();
        once.add(each, times);
        assertSame(once, Sketch.of(new Array<number>(times).fill(each)));
      }),
    );
  });

  it('never has more buckets than its limit', () => {
    fc.assert(
      fc.property(values, options, (all, limits) => {
        const sketch = Sketch.of(all, limits);
        assert.ok(sketch.bucketCounts.length <= limits.maxBuckets);
        assert.ok(sketch.scale <= limits.scale && sketch.scale >= MIN_SCALE);
        const counted = sketch.bucketCounts.reduce((sum, count) => sum + count, 0);
        assert.equal(counted + sketch.zeroCount, sketch.count);
      }),
    );
  });

  it('refuses a scale or a bucket limit out of range', () => {
    const bad: SketchOptions[] = [
      { scale: 21 },
      { scale: -11 },
      { scale: 1.5 },
      { maxBuckets: 3 },
      { maxBuckets: 4_097 },
      { maxBuckets: Number.NaN },
    ];
    for (const each of bad) {
      assert.throws(() => new Sketch(each), { code: 'TT_SKETCH_BAD_OPTION' });
    }
  });
});

describe('merging', () => {
  it('equals adding everything, in any order and grouping', () => {
    const shuffled = fc.array(values, { minLength: 1, maxLength: 5 }).chain((parts) =>
      fc.record({
        parts: fc.constant(parts),
        order: fc.shuffledSubarray(parts, { minLength: parts.length }),
        split: fc.integer({ min: 0, max: parts.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, options, ({ parts, order, split }, limits) => {
        const merge = (all: readonly number[][]): Sketch =>
          all.reduce((sum, part) => sum.merge(Sketch.of(part, limits)), new Sketch(limits));
        const grouped = merge(order.slice(0, split)).merge(merge(order.slice(split)));
        const inOrder = merge(parts);
        const everything = Sketch.of(parts.flat(), limits);
        assertSame(inOrder, everything);
        assertSame(grouped, everything);
      }),
    );
  });

  it('of mixed scales equals adding everything at the coarsest', () => {
    const part = fc.record({ all: values, scale: fc.integer({ min: MIN_SCALE, max: 20 }) });
    fc.assert(
      fc.property(part, part, (a, b) => {
        const coarsest = Math.min(a.scale, b.scale);
        const expected = Sketch.of([...a.all, ...b.all], { scale: coarsest });
        const merged = Sketch.of(a.all, { scale: a.scale }).merge(
          Sketch.of(b.all, { scale: b.scale }),
        );
        assertSame(merged, expected);
      }),
    );
  });

  it('leaves the other sketch as it was', () => {
    fc.assert(
      fc.property(values, values, options, (a, b, limits) => {
        const other = Sketch.of(b, limits);
        Sketch.of(a).merge(other);
        assertSame(other, Sketch.of(b, limits));
      }),
    );
  });

  it('with itself doubles every count', () => {
    fc.assert(
      fc.property(values, options, (all, limits) => {
        const sketch = Sketch.of(all, limits);
        sketch.merge(sketch);
        assertSame(sketch, Sketch.of([...all, ...all], limits));
      }),
    );
  });

  it('into a clone leaves the original alone', () => {
    const original = Sketch.of([1, 2, 3]);
    const before = exactParts(original);
    const copy = original.clone();
    assertSame(copy, original);
    copy.merge(Sketch.of([0.001, 5_000]));
    copy.add(0);
    assert.deepEqual(exactParts(original), before);
  });
});

describe('downscaling', () => {
  it('equals adding everything at the lower scale', () => {
    fc.assert(
      fc.property(values, fc.nat({ max: 12 }), (all, wanted) => {
        const sketch = Sketch.of(all);
        const by = Math.min(wanted, sketch.scale - MIN_SCALE);
        const expected = Sketch.of(all, { scale: sketch.scale - by });
        assertSame(sketch.downscale(by), expected);
      }),
    );
  });

  it('refuses to go up, by fractions, or below scale -10', () => {
    for (const by of [-1, 0.5, 16, Number.NaN]) {
      assert.throws(() => Sketch.of([1]).downscale(by), { code: 'TT_SKETCH_BAD_OPTION' });
    }
  });
});

describe('reading', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it('gives every quantile within half a bucket of the exact one', () => {
    const some = fc.array(value, { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(some, share, fc.integer({ min: 0, max: 8 }), (all, q, scale) => {
        const sketch = Sketch.of(all, { scale, maxBuckets: 4_096 });
        const base = 2 ** (2 ** -sketch.scale);
        const exact = exactQuantile(all, q);
        const error = Math.abs((sketch.quantile(q) ?? Number.NaN) - exact);
        assert.ok(error <= exact * ((base - 1) / (base + 1)) * (1 + 1e-9));
      }),
    );
  });

  it('never leaves [min, max] and never falls as q rises', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), share, share, (all, a, b) => {
        const sketch = Sketch.of(all);
        const [low, high] = [sketch.quantile(Math.min(a, b)), sketch.quantile(Math.max(a, b))];
        assert.ok(low !== undefined && high !== undefined && low <= high);
        assert.ok(low >= Math.min(...all) && high <= Math.max(...all));
      }),
    );
  });

  it('refuses a quantile that is no share', () => {
    for (const bad of [Number.NaN, -0.01, 1.01, Infinity]) {
      assert.throws(() => Sketch.of([1]).quantile(bad), { code: 'TT_SKETCH_BAD_QUANTILE' });
    }
  });

  it('counts what lies above a boundary exactly', () => {
    const sketch = Sketch.of([0, 0.5, 1, 1, 2, 4, 7]);
    const above = [-1, 0, 0.5, 1, 2, 4, 7, 8, Infinity].map((limit) => sketch.countAbove(limit));
    assert.deepEqual(above, [7, 6, 5, 3, 2, 1, 0, 0, 0]);
    assert.throws(() => sketch.countAbove(Number.NaN), { code: 'TT_SKETCH_BAD_VALUE' });
  });

  it('counts what lies above any value to within that value’s bucket', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), usual, usual, (all, a, b) => {
        const sketch = Sketch.of(all);
        const width = bucketUpper(1, sketch.scale) / bucketUpper(0, sketch.scale);
        const exact = (limit: number): number => all.filter((each) => each > limit).length;
        const above = sketch.countAbove(a);
        assert.ok(above >= exact(a * width) - 1e-9 && above <= exact(a / width) + 1e-9);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        assert.ok(sketch.countAbove(low) >= sketch.countAbove(high) - 1e-9);
      }),
    );
  });
});
