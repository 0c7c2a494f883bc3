import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDemand } from '../demand/index.ts';
import { madeDay } from '../made-days.ts';
import { Namer } from './namer.ts';
import { defaultPlan, type Preset } from './plan.ts';

const MIB = 2 ** 20;

/** The number named, in MiB, and what bound it, after each of the daily peaks in MiB. */
function namedAfter(preset: Preset, peaks: readonly number[]) {
  const namer = new Namer(defaultPlan(preset), 'memory');
  return peaks.map((peak, day) => {
    for (const demand of memoryDemand([madeDay({ day, memoryBytes: peak * MIB })])) {
      namer.observe(demand);
    }
    const named = namer.name();
    return { mib: (named?.amount ?? 0) / MIB, bound: named?.boundBy.kind };
  });
}

const CALM_WEEK: readonly number[] = [400, 402, 401, 400, 403, 400, 401];

for (const preset of ['balanced', 'reliability'] as const) {
  test(`${preset}: a spike of a calm workload is kept for a week and let go after it`, () => {
    const quiet = new Array(14).fill(400);
    const after = namedAfter(preset, [...CALM_WEEK, 2048, ...quiet]).slice(7);
    for (const { mib } of after.slice(0, 8)) assert.ok(mib >= 2048, `${mib}`);
    assert.ok((after.at(-1)?.mib ?? 9999) < 2048);
  });
}

test('a weekly peak is never missed once it was seen', () => {
  const weeks = Array.from({ length: 28 }, (_, day) => (day % 7 === 2 ? 2600 : 700 + (day % 3)));
  const named = namedAfter('balanced', weeks);
  for (const [day, peak] of weeks.entries()) {
    if (day > 3) assert.ok((named[day - 1]?.mib ?? 0) >= peak, `day ${day}`);
  }
});

test('a workload that spikes every other day is left to the models', () => {
  const wild = Array.from({ length: 28 }, (_, day) => (day % 2 === 0 ? 2000 : 500));
  assert.notEqual(namedAfter('balanced', wild).at(-1)?.bound, 'spike');
});

test('a workload whose ordinary days differ widely is left to the models', () => {
  const wide = Array.from({ length: 28 }, (_, day) => 300 + ((day * 97) % 400));
  assert.notEqual(namedAfter('balanced', [...wide, 2048, 450]).at(-1)?.bound, 'spike');
});
