import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@trimtab/units';
import { asOfDayAt, isRunDue } from './due-run.ts';

const timing = { delayMs: 10 * MINUTE_MS, graceMs: HOUR_MS };
const midnight = 20_000 * DAY_MS;

test('uses a day only when its last hour has had time to be packed', () => {
  assert.equal(asOfDayAt(midnight + timing.delayMs - 1, timing.delayMs), 19_999);
  assert.equal(asOfDayAt(midnight + timing.delayMs, timing.delayMs), 20_000);
});

test('is due at start where nothing was ever committed', () => {
  assert.equal(isRunDue({ nowMs: midnight + HOUR_MS, timing, bodiesWaiting: 0 }), true);
});

test('is due once a day, and again when the plan is another', () => {
  const nowMs = midnight + 3 * HOUR_MS;
  const ask = (asOfDay: number, isSamePlan = true) =>
    isRunDue({ nowMs, timing, committed: { asOfDay, isSamePlan }, bodiesWaiting: 0 });

  assert.equal(ask(19_999), true);
  assert.equal(ask(20_000), false);
  assert.equal(ask(20_000, false), true);
});

test('is due where the last run was of a day that has not begun: the clock was wrong then', () => {
  const ask = (asOfDay: number) =>
    isRunDue({
      ...{ nowMs: midnight + 3 * HOUR_MS, timing, bodiesWaiting: 0 },
      committed: { asOfDay, isSamePlan: true },
    });

  assert.equal(ask(20_001), false);
  assert.equal(ask(20_002), true);
});

test('waits for bodies of the day that are not packed yet, but not for ever', () => {
  const ask = (nowMs: number) => isRunDue({ nowMs, timing, bodiesWaiting: 3 });

  assert.equal(ask(midnight + timing.delayMs), false);
  assert.equal(ask(midnight + timing.graceMs), true);
});
