import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HourContent, hourOfPods, sumDay, type UsageWindow } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import { epochMs } from '@trimtab/units';
import type { DayWindows } from '../peers/index.ts';
import { defaultPlan } from '../recommend/index.ts';
import { sumOfWindows, trimtabPolicy } from './own-policy.ts';

const WINDOW_MS = 300_000;
const MIB = 2 ** 20;

/** A day with a gap of two hours, a window without memory and one without CPU. */
function gappyDay(day: number): DayWindows {
  const slots = Array.from({ length: 288 }, (_, slot) => slot).filter((s) => s < 60 || s >= 84);
  return {
    day,
    seconds: Int32Array.from(slots, (slot) => day * 86_400 + slot * 300),
    cpuCores: Float64Array.from(slots, (s) => (s === 9 ? Number.NaN : ((s * 37) % 101) / 50)),
    memoryBytes: Float64Array.from(slots, (s) => (s === 5 ? Number.NaN : ((s * 13) % 97) * MIB)),
  };
}

/** The long way: every window as an agent folds it, hours as the packer pools them. */
function packedSum(day: DayWindows): ReturnType<typeof sumDay> {
  const hours: (HourContent | undefined)[] = Array.from({ length: 24 }, (_, hour) => {
    const windows = windowsOf(day).filter(
      (window) => Math.floor(window.start / 3_600_000) % 24 === hour,
    );
    return windows.length === 0 ? undefined : hourOfPods([{ podUid: 'pod', windows }]);
  });
  return sumDay(hours);
}

function windowsOf(day: DayWindows): UsageWindow[] {
  return Array.from(day.seconds, (second, slot) => {
    const cpuCores = day.cpuCores[slot] ?? Number.NaN;
    const memoryBytes = day.memoryBytes[slot] ?? Number.NaN;
    return {
      start: epochMs(Math.floor((second * 1000) / WINDOW_MS) * WINDOW_MS),
      fromSecond: 0,
      toSecond: 300,
      ...(Number.isNaN(cpuCores) ? {} : { cpu: Sketch.of([cpuCores]) }),
      ...(Number.isNaN(memoryBytes) ? {} : { memory: Sketch.of([memoryBytes]) }),
    };
  });
}

function partsOf(sketch: Sketch | undefined): unknown {
  if (sketch === undefined) return undefined;
  const { scale, count, min, max, zeroCount, offset, bucketCounts } = sketch;
  return { scale, count, min, max, zeroCount, offset, bucketCounts };
}

test('a day summed in one pass equals the one packed hour by hour', () => {
  const quick = sumOfWindows(gappyDay(3));
  const packed = packedSum(gappyDay(3));
  for (const field of ['cpu', 'cpuMeans', 'memory', 'memoryPeaks'] as const) {
    assert.deepEqual(partsOf(quick?.[field]), partsOf(packed[field]), field);
  }
  assert.equal(quick?.memoryMax, packed.memoryMax);
  assert.equal(quick?.coveredSeconds, packed.coveredSeconds);
  assert.equal(quick?.replicas, packed.replicas);
  for (const [hour, part] of packed.hours.entries()) {
    assert.equal(quick?.hours[hour] === undefined, part === undefined);
    const ratio = (quick?.hours[hour]?.cpuMean ?? 1) / (part?.cpuMean ?? 1);
    assert.ok(Math.abs(ratio - 1) < 0.023, `hour ${hour}`);
  }
});

test('a day without any reading has no sum', () => {
  const empty = { ...gappyDay(0), seconds: new Int32Array(0) };
  assert.equal(sumOfWindows(empty), undefined);
});

test('names nothing for three days, then whole millicores and MiB', () => {
  const run = trimtabPolicy(defaultPlan('balanced')).start('any');
  const named = Array.from({ length: 5 }, (_, day) => {
    const before = run.next();
    run.observe(gappyDay(day));
    return before;
  });
  assert.deepEqual(named.slice(0, 3), [{}, {}, {}]);
  const { cpuCores = 0, memoryBytes = 0 } = named[3] ?? {};
  assert.ok(cpuCores > 1 && Number.isInteger(Math.round(cpuCores * 1e6) / 1000));
  assert.ok(memoryBytes > 90 * MIB && memoryBytes % MIB === 0);
});
