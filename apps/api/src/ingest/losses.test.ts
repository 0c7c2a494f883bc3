import assert from 'node:assert/strict';
import test from 'node:test';
import { Losses } from './losses.ts';

function totals(sealed: number, coarsened: number, dropped: number) {
  return { sealed, acked: 0, coarsened, dropped };
}

test('tells what was lost since the batch before, once', () => {
  const losses = new Losses();

  assert.deepEqual(losses.note(1, 7n, totals(1, 2, 0)), { coarsened: 2, dropped: 0 });
  assert.deepEqual(losses.note(1, 7n, totals(2, 5, 1)), { coarsened: 3, dropped: 1 });
  assert.deepEqual(losses.note(1, 7n, totals(3, 5, 1)), { coarsened: 0, dropped: 0 });
});

test('takes a lower total for a batch that comes late', () => {
  const losses = new Losses();
  losses.note(1, 7n, totals(5, 4, 4));
  losses.note(1, 7n, totals(6, 9, 4));

  assert.deepEqual(losses.note(1, 7n, totals(4, 4, 0)), { coarsened: 0, dropped: 0 });
  assert.deepEqual(losses.note(1, 7n, totals(7, 10, 4)), { coarsened: 1, dropped: 0 });
});

test('begins again with a new epoch, and keeps agents apart', () => {
  const losses = new Losses();
  losses.note(1, 7n, totals(1, 10, 10));

  assert.deepEqual(losses.note(1, 8n, totals(1, 0, 3)), { coarsened: 0, dropped: 3 });
  assert.deepEqual(losses.note(2, 8n, totals(1, 1, 0)), { coarsened: 1, dropped: 0 });
});

test('does not tell the past of an epoch that it meets in its middle', () => {
  const losses = new Losses();

  assert.deepEqual(losses.note(1, 7n, totals(500, 40, 12)), { coarsened: 0, dropped: 0 });
  assert.deepEqual(losses.note(1, 7n, totals(501, 40, 13)), { coarsened: 0, dropped: 1 });
});
