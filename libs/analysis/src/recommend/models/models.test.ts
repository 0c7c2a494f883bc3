import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decayWeight, Sketch, weightedQuantile } from '@trimtab/sketch';
import { epochDay } from '@trimtab/units';
import fc from 'fast-check';
import type { DemandDay } from '../../demand/index.ts';
import { startModel } from './registry.ts';

const DAY_MS = 86_400_000;

function dayOf(day: number, demand: number, windows: Sketch = Sketch.of([demand])): DemandDay {
  return {
    day: epochDay(day),
    cover: 1,
    isCovered: true,
    demand,
    meanUsage: demand,
    windows,
    toAmount: 1,
    throttled: 0,
    hours: [],
  };
}

function baseAfter(plan: Parameters<typeof startModel>[0], days: readonly DemandDay[]) {
  const run = startModel(plan);
  for (const day of days) run.observe(day);
  return run.base();
}

const PEAK = { kind: 'recent-peak', days: 8, margin: 1 } as const;
const DAYS = {
  kind: 'day-percentile',
  percentile: 0.5,
  halfLifeDays: 1e6,
  days: 28,
  margin: 1,
} as const;

test('no model knows anything before its first day', () => {
  const plans = [
    PEAK,
    DAYS,
    { kind: 'window-percentile', percentile: 0.9, halfLifeDays: 1, margin: 1 },
    { kind: 'percentile-and-peak', percentile: 0.9, halfLifeDays: 1, days: 3, margin: 1 },
  ] as const;
  for (const plan of plans) assert.equal(baseAfter(plan, []), undefined);
});

test('a recent peak is remembered for eight days and then forgotten', () => {
  const quiet = Array.from({ length: 8 }, (_, i) => dayOf(i + 2, 1));
  assert.equal(baseAfter(PEAK, [dayOf(1, 9), ...quiet.slice(0, 7)]), 9);
  assert.equal(baseAfter(PEAK, [dayOf(1, 9), ...quiet]), 1);
});

test('days without data age a peak as well', () => {
  assert.equal(baseAfter(PEAK, [dayOf(1, 9), dayOf(20, 1)]), 1);
});

test('a percentile of equal days is the middle of their order', () => {
  const days = [5, 1, 3, 2, 4].map((demand, i) => dayOf(i + 1, demand));
  const middle = baseAfter(DAYS, days);
  assert.ok(middle !== undefined && Math.abs(middle - 3) < 1e-3);
});

test('a percentile of days follows the newer ones as the half-life shortens', () => {
  const days = [1, 1, 1, 10].map((demand, i) => dayOf(i + 1, demand));
  const quick = baseAfter({ ...DAYS, halfLifeDays: 0.1 }, days) ?? 0;
  const slow = baseAfter(DAYS, days) ?? 0;
  assert.ok(quick > 9.9 && slow < 2);
});

test('a day half covered weighs half', () => {
  const half = { ...dayOf(2, 10), cover: 0.5 };
  const whole = baseAfter(DAYS, [dayOf(1, 1), dayOf(2, 10)]) ?? 0;
  const partly = baseAfter(DAYS, [dayOf(1, 1), half]) ?? 0;
  assert.ok(partly < whole);
});

const anyWindows = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), {
  minLength: 1,
  maxLength: 40,
});

test('the running window percentile equals the one read from the kept sketches', () => {
  const anyDays = fc.array(
    fc.record({ values: anyWindows, scale: fc.integer({ min: 2, max: 5 }) }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(anyDays, fc.constantFrom(0.5, 0.9, 0.97), (made, percentile) => {
      const days = made.map(({ values, scale }, i) =>
        dayOf(i + 1, 1, Sketch.of(values, { scale })),
      );
      const plan = { kind: 'window-percentile', percentile, halfLifeDays: 3, margin: 1 } as const;
      const expected = weightedQuantile(
        days.map((day) => ({
          sketch: day.windows,
          weight: decayWeight((days.length - day.day) * DAY_MS, 3 * DAY_MS),
        })),
        percentile,
      );
      // Both name a bucket; where the rank falls on its edge, rounding may move one of them by one.
      const scale = Math.min(...days.map((day) => day.windows.scale));
      const found = baseAfter(plan, days) ?? Number.NaN;
      const allowed = 2 ** (2 ** -scale) * 1.0001;
      const want = expected ?? 0;
      const isNear = found === want || (found <= want * allowed && want <= found * allowed);
      assert.ok(isNear || isTie(days, percentile), `found ${found}; expected ${want}`);
    }),
  );
});

/** Whether some bucket ends just at the wanted rank, where either neighbour is right. */
function isTie(days: readonly DemandDay[], percentile: number): boolean {
  const total = days.length;
  const parts = days.map((day) => ({
    sketch: day.windows,
    weight: decayWeight((total - day.day) * DAY_MS, 3 * DAY_MS),
  }));
  const below = weightedQuantile(parts, Math.max(0, percentile - 1e-6));
  const above = weightedQuantile(parts, Math.min(1, percentile + 1e-6));
  return below !== above;
}

test('a window percentile forgets at its half-life', () => {
  const plan = { kind: 'window-percentile', percentile: 0.9, halfLifeDays: 1, margin: 1 } as const;
  const busy = dayOf(1, 1, Sketch.of(new Array(100).fill(1000)));
  const quiet = [2, 3, 4, 5].map((day) => dayOf(day, 1, Sketch.of(new Array(100).fill(10))));
  const fresh = baseAfter(plan, [busy, ...quiet.slice(0, 2)]) ?? 0;
  const faded = baseAfter(plan, [busy, ...quiet]) ?? 0;
  assert.ok(fresh > 900 && faded < 11);
});

test('a window percentile stays finite over ten years of days', () => {
  const plan = { kind: 'window-percentile', percentile: 0.9, halfLifeDays: 1, margin: 1 } as const;
  const days = Array.from({ length: 3650 }, (_, i) => dayOf(i, 5));
  const base = baseAfter(plan, days) ?? 0;
  assert.ok(Math.abs(base / 5 - 1) < 0.011);
});

test('idle windows give a window percentile of zero', () => {
  const plan = { kind: 'window-percentile', percentile: 0.9, halfLifeDays: 1, margin: 1 } as const;
  assert.equal(baseAfter(plan, [dayOf(1, 0, Sketch.of([0, 0, 0]))]), 0);
});

test('percentile and peak give their geometric mean', () => {
  const plan = {
    kind: 'percentile-and-peak',
    percentile: 0.9,
    halfLifeDays: 1e6,
    days: 3,
    margin: 1,
  } as const;
  const base = baseAfter(plan, [dayOf(1, 400, Sketch.of(new Array(50).fill(100)))]) ?? 0;
  assert.ok(Math.abs(base / 200 - 1) < 0.011);
});
