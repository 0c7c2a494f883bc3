import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bottom, mean, risingFrom, spread, spreadAbout, top } from './moments.ts';

const numbers = fc.array(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((one) => one + 0),
  {
    maxLength: 40,
  },
);

test('what is told of values from a place on is what the values cut off there tell', () => {
  fc.assert(
    fc.property(numbers, fc.nat(50), (values, from) => {
      const cut = values.slice(from);

      assert.equal(mean(values, from), mean(cut));
      assert.equal(spread(values, from), spread(cut));
      assert.equal(spreadAbout(mean(cut), values, from), spread(cut));
      assert.equal(top(values, from), Math.max(...cut));
      assert.equal(bottom(values, from), Math.min(...cut));
      assert.deepEqual(
        risingFrom(values, from),
        [...cut].sort((a, b) => a - b),
      );
    }),
  );
});
