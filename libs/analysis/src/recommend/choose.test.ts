import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelChoice } from './choose.ts';

const PLAN = { minDays: 5, switchBelow: 0.8, halfLifeDays: 14 };

function choice(): ModelChoice {
  return new ModelChoice(PLAN, { models: 2, missTarget: 0.05 });
}

test('keeps the first model until enough days were judged', () => {
  const chosen = choice();
  for (let day = 0; day < 4; day += 1) chosen.judge([300, 110], 100);
  assert.equal(chosen.current, 0);
  chosen.judge([300, 110], 100);
  assert.equal(chosen.current, 1);
});

test('does not change for a model that is only a little cheaper', () => {
  const chosen = choice();
  for (let day = 0; day < 20; day += 1) chosen.judge([120, 118], 100);
  assert.equal(chosen.current, 0);
});

test('a shortage costs far more than the same excess', () => {
  const chosen = choice();
  chosen.judge([110, 90], 100);
  assert.ok(chosen.costOf(1) > 9 * chosen.costOf(0));
});

test('comes back once the other model has become the dearer one', () => {
  const chosen = choice();
  for (let day = 0; day < 10; day += 1) chosen.judge([300, 110], 100);
  assert.equal(chosen.current, 1);
  for (let day = 0; day < 60; day += 1) chosen.judge([110, 50], 100);
  assert.equal(chosen.current, 0);
});

test('an idle day costs at most its whole demand', () => {
  const chosen = choice();
  chosen.judge([5, 0], 0);
  assert.deepEqual([chosen.costOf(0), chosen.costOf(1)], [1, 0]);
});
