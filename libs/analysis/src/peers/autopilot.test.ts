import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AUTOPILOT_CPU, AUTOPILOT_MEMORY, AutopilotWindow } from './autopilot.ts';

const NO_MARGIN = { ...AUTOPILOT_CPU, margin: 0 };

function fill(window: AutopilotWindow, values: readonly number[]): AutopilotWindow {
  for (const [slot, value] of values.entries()) window.add(value, slot * 300);
  return window;
}

function near(actual: number | undefined, expected: number): void {
  const off = Math.abs((actual ?? Number.NaN) / expected - 1);
  assert.ok(off < 0.036, `found ${actual}; expected ${expected} to a bucket`);
}

test('knows nothing before its first window', () => {
  assert.equal(new AutopilotWindow(AUTOPILOT_CPU).recommend(), undefined);
});

test('names a steady value plus its margin', () => {
  near(fill(new AutopilotWindow(AUTOPILOT_CPU), new Array(50).fill(0.5)).recommend(), 0.575);
});

test('weighs windows by the work they did, so a rare burst that did half the work counts', () => {
  // One window in 20 at 2 cores against 0.1: 5 % of the time, half of the work.
  const values = Array.from({ length: 100 }, (_, slot) => (slot % 20 === 0 ? 2 : 0.1));
  near(fill(new AutopilotWindow(NO_MARGIN), values).recommend(), 2);
});

test('forgets by half each half-life', () => {
  const statistic = { kind: 'mean' } as const;
  const window = new AutopilotWindow({ ...NO_MARGIN, statistic, halfLifeSeconds: 300 });
  const answer = fill(window, [...new Array(100).fill(1), ...new Array(100).fill(0.25)]);
  near(answer.recommend(), 0.25);
});

test('keeps the highest answer of the last hour', () => {
  const statistic = { kind: 'max' } as const;
  const window = new AutopilotWindow({ ...NO_MARGIN, statistic, maxWindows: 1 });
  near(fill(window, [1, ...new Array(11).fill(0.2)]).recommend(), 1);
  window.add(0.2, 12 * 300);
  near(window.recommend(), 0.2);
});

test('takes the greater of P60 and half the maximum where few kills are allowed', () => {
  const statistic = { kind: 'max-of-p60-and-half-max' } as const;
  const window = new AutopilotWindow({ ...AUTOPILOT_MEMORY, margin: 0, statistic });
  near(fill(window, [1e9, ...new Array(100).fill(1e8)]).recommend(), 5e8);
});

test('stays finite over years of windows', () => {
  const window = new AutopilotWindow(NO_MARGIN);
  for (let day = 0; day < 1000; day += 1) window.add(0.5, day * 86_400);
  near(window.recommend(), 0.5);
});
