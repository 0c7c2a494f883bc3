import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DayWindows, PeerFamily } from './day-windows.ts';
import { autopilotFamily, demandOf, krrFamily, maxOfDaysFamily, vpaFamily } from './families.ts';

const WINDOWS = 288;

function dayOf(day: number, cpuCores: number, memoryBytes: number): DayWindows {
  return {
    day,
    seconds: Int32Array.from({ length: WINDOWS }, (_, slot) => day * 86_400 + slot * 300),
    cpuCores: new Float64Array(WINDOWS).fill(cpuCores),
    memoryBytes: new Float64Array(WINDOWS).fill(memoryBytes),
  };
}

function basesAfter(family: PeerFamily, days: readonly DayWindows[]): number[] {
  const run = family.start();
  for (const day of days) run.observe(day);
  return Array.from(run.bases());
}

const EMPTY: DayWindows = {
  day: 0,
  seconds: new Int32Array(0),
  cpuCores: new Float64Array(0),
  memoryBytes: new Float64Array(0),
};

test('every family names nothing before its first reading, also after an empty day', () => {
  const families = [
    vpaFamily('cpu', [0.9]),
    krrFamily('memory', [1]),
    maxOfDaysFamily('cpu', [1, 3]),
    autopilotFamily('memory'),
  ];
  for (const family of families) {
    assert.ok(basesAfter(family, []).every(Number.isNaN));
    assert.ok(basesAfter(family, [EMPTY]).every(Number.isNaN));
  }
});

test('demand allows 14 of 288 windows above it for CPU and none for memory', () => {
  const sorted = Float64Array.from({ length: WINDOWS }, (_, slot) => slot + 1);
  assert.equal(demandOf(sorted, 'cpu'), WINDOWS - 14);
  assert.equal(demandOf(sorted, 'memory'), WINDOWS);
  assert.equal(demandOf(new Float64Array(0), 'cpu'), undefined);
});

test('VPA reads the end of the bucket, so 1 core becomes the next edge', () => {
  const [p90] = basesAfter(vpaFamily('cpu', [0.9]), [dayOf(0, 1, 1e9)]);
  assert.ok(p90 !== undefined && p90 > 1 && p90 < 1.06);
});

test('KRR forgets a day after fourteen', () => {
  const days = [dayOf(0, 1, 9e9), ...Array.from({ length: 14 }, (_, d) => dayOf(d + 1, 1, 1e9))];
  assert.deepEqual(basesAfter(krrFamily('memory', [1]), days.slice(0, 14)), [9e9]);
  assert.deepEqual(basesAfter(krrFamily('memory', [1]), days), [1e9]);
});

test('max of k days looks back over k days', () => {
  const days = [dayOf(0, 3, 1), dayOf(1, 2, 1), dayOf(2, 1, 1)];
  assert.deepEqual(basesAfter(maxOfDaysFamily('cpu', [1, 2, 3, 28]), days), [1, 2, 3, 3]);
});

test('missing readings are left out and never taken for zero', () => {
  const day = dayOf(0, 2, 1e9);
  day.cpuCores.fill(Number.NaN, 0, 250);
  assert.deepEqual(basesAfter(krrFamily('cpu', [0, 1]), [day]), [2, 2]);
});
