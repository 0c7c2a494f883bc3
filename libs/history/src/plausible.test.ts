import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { epochDay, epochMs } from '@trimtab/units';
import { sumDay } from './day.ts';
import { decodeDaySum, encodeDaySum } from './day-codec.ts';
import { hourOfPods, mergeHours } from './hour.ts';
import { decodeHour, encodeHour } from './hour-codec.ts';
import { findImplausible } from './plausible.ts';
import type { UsageWindow } from './types.ts';
import { WINDOW_MS } from './window.ts';

const START = epochMs(epochDay(20_000) * 86_400_000);

function zeros(count: number): Sketch {
  return Sketch.fromParts({
    ...{ scale: 5, count, zeroCount: count, sum: 0, min: 0, max: 0 },
    ...{ offset: 0, bucketCounts: [] },
  });
}

/** The most that is taken. */
const MOST: Omit<UsageWindow, 'start' | 'fromSecond' | 'toSecond'> = {
  cpu: Sketch.of([1e9]).merge(zeros(999_999)),
  startupCpu: Sketch.of([5e-324, 1e9]),
  memory: Sketch.of([Number.MAX_SAFE_INTEGER]),
  throttledSeconds: 1e9,
  oomKills: 1e6,
  restarts: 1e6,
};

describe('findImplausible', () => {
  it('takes what is at its bounds, and such windows add up to an hour and a day that can be read', () => {
    const windows = Array.from({ length: 12 }, (_, index) => ({
      ...MOST,
      start: epochMs(START + index * WINDOW_MS),
      fromSecond: 0,
      toSecond: 300,
    }));
    const pods = Array.from({ length: 20 }, (_, pod) => ({ podUid: `uid-${pod}`, windows }));

    const hour = hourOfPods(pods);
    const twice = mergeHours(hour, decodeHour(encodeHour(hour)).content);
    const day = decodeDaySum(encodeDaySum(sumDay(new Array(24).fill(twice))));

    assert.equal(findImplausible(MOST), undefined);
    assert.equal(day.cpu?.count, 1e6 * 12 * 20 * 2 * 24);
    assert.equal(day.oomKills, 1e6 * 12 * 20 * 2 * 24);
  });

  for (const [what, window, found] of [
    ['samples', { cpu: zeros(1_000_001) }, /^1000001 samples in a window$/],
    ['cores', { startupCpu: Sketch.of([1.1e9]) }, /^1100000000 cores/],
    ['bytes', { memory: Sketch.of([2 ** 54]) }, /bytes/],
    ['throttling', { throttledSeconds: 1.7e308 }, /throttled seconds/],
    ['kills', { oomKills: 2 ** 53 - 1 }, /kills/],
    ['restarts', { restarts: 2 ** 53 - 1 }, /restarts/],
  ] as const) {
    it(`names ${what} beyond the bound`, () => {
      assert.match(findImplausible(window)?.found ?? '', found);
    });
  }
});
