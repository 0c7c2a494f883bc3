import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { interpolatedQuantile, mergeSorted, removeSorted } from './order.ts';

const sortedValues = fc
  .array(fc.integer({ min: 0, max: 20 }))
  .map((values) => Float64Array.from(values).sort());

test('merging sorted values and removing one part again gives the other part', () => {
  fc.assert(
    fc.property(sortedValues, sortedValues, (a, b) => {
      const merged = mergeSorted(a, b);
      assert.deepEqual(merged, Float64Array.from([...a, ...b]).sort());
      assert.deepEqual(removeSorted(merged, a), b);
    }),
  );
});

test('a quantile is linear between its neighbours and exact at the ends', () => {
  const values = Float64Array.of(1, 2, 4);
  const answers = [0, 0.25, 0.5, 0.75, 1].map((share) => interpolatedQuantile(values, share));
  assert.deepEqual(answers, [1, 1.5, 2, 3, 4]);
  assert.equal(interpolatedQuantile(Float64Array.of(7), 0.95), 7);
});
