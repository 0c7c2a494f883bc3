import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Coverage } from './coverage.ts';

test('covers exactly the seconds of the runs added, in joined runs', () => {
  const run = fc
    .tuple(fc.integer({ min: 0, max: 3599 }), fc.integer({ min: 1, max: 700 }))
    .map(([from, length]): [number, number] => [from, Math.min(3600, from + length)]);
  fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), (added) => {
      const coverage = new Coverage();
      const wanted = new Set<number>();
      for (const [from, to] of added) {
        coverage.add(from, to);
        for (let second = from; second < to; second += 1) wanted.add(second);
      }

      const runs = coverage.runs();

      const found = runs.flatMap(([from, to]) =>
        Array.from({ length: to - from }, (_, index) => from + index),
      );
      assert.deepEqual(
        found,
        [...wanted].sort((a, b) => a - b),
      );
      runs.forEach(([from], index) => {
        assert.ok(index === 0 || from > (runs[index - 1]?.[1] ?? 0), 'runs are apart');
      });
    }),
    { numRuns: 200 },
  );
});
