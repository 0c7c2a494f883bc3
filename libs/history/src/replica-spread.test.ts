import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { epochMs } from '@trimtab/units';
import fc from 'fast-check';
import { sumDay } from './day.ts';
import { decodeDaySum, encodeDaySum } from './day-codec.ts';
import { hourOfPods, mergeHours, type PodWindows } from './hour.ts';
import { decodeHour, encodeHour } from './hour-codec.ts';
import { podNameHash } from './replica-spread.ts';
import type { FivePoints, HourContent, UsageWindow } from './types.ts';

const HOUR_START = 480_000 * 3_600_000;
/** Half a bucket. */
const ERROR = 0.01084;

/** What one pod used in each window from the first on; one value a window. */
interface PodUse {
  readonly cpu?: readonly number[];
  readonly memory?: readonly number[];
  readonly seconds?: number;
}

function podOf(podName: string, use: PodUse, hour = 0): PodWindows {
  const count = Math.max(use.cpu?.length ?? 0, use.memory?.length ?? 0);
  const windows = Array.from({ length: count }, (_, index): UsageWindow => {
    const [cpu, memory] = [use.cpu?.[index], use.memory?.[index]];
    return {
      start: epochMs(HOUR_START + hour * 3_600_000 + index * 300_000),
      fromSecond: 0,
      toSecond: use.seconds ?? 300,
      ...(cpu === undefined ? {} : { cpu: Sketch.of([cpu]) }),
      ...(memory === undefined ? {} : { memory: Sketch.of([memory]) }),
    };
  });
  return { podUid: `uid of ${podName}`, podName, windows };
}

function close(actual: number | undefined, expected: number): void {
  const off = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(off <= expected * ERROR + 0.5 * Number(expected >= 1), `${actual} is not ${expected}`);
}

function closeAll(actual: readonly number[] | undefined, expected: readonly number[]): void {
  for (const [at, value] of expected.entries()) close(actual?.[at], value);
}

const podUse = fc.record({
  cpu: fc.array(fc.double({ min: 0.0001, max: 8, noNaN: true }), { minLength: 1, maxLength: 3 }),
  memory: fc.array(fc.nat({ max: 2 ** 33 }), { minLength: 1, maxLength: 3 }),
  seconds: fc.constantFrom(300, 120),
});
/** An hour of several pods named after `prefix`. */
function someHour(prefix: string): fc.Arbitrary<HourContent> {
  return fc
    .array(podUse, { minLength: 2, maxLength: 12 })
    .map((uses) => hourOfPods(uses.map((use, at) => podOf(`${prefix}-${at}`, use))));
}

const MEASURES = ['cpuMeans', 'cpuWindowPeaks', 'memoryPeaks'] as const;

describe('the spread of an hour', () => {
  it('is absent for one pod, however often it is named', () => {
    const pod = podOf('web-0', { cpu: [1], memory: [5] });
    assert.equal(hourOfPods([pod, pod]).spread, undefined);
  });

  it('is absent where nothing was measured of several pods', () => {
    const pods = ['a', 'b'].map((name) => {
      const { podUid, windows } = podOf(name, { cpu: [1] });
      return { podUid, windows: windows.map(({ cpu, ...rest }) => rest) };
    });
    assert.equal(hourOfPods(pods).spread, undefined);
  });

  it('tells five points of the pods and the busiest window of each', () => {
    const pods = [1, 2, 3, 4, 10].map((load, at) =>
      podOf(`web-${at}`, { cpu: [load / 10, load / 5], memory: [load * 1000, load * 500] }),
    );
    const { spread } = hourOfPods(pods);
    closeAll(spread?.cpuMeans, [0.15, 0.3, 0.45, 0.6, 1.5]);
    closeAll(spread?.cpuWindowPeaks, [0.2, 0.4, 0.6, 0.8, 2]);
    closeAll(spread?.memoryPeaks, [1e3, 2e3, 3e3, 4e3, 1e4]);
  });

  it('names the four with most CPU and the four with most memory, not all of a thousand', () => {
    const pods = Array.from({ length: 1000 }, (_, at) =>
      podOf(`agent-${at}`, { cpu: [1 / (1000 - at)], memory: [2 ** 30 / (at + 1)] }),
    );
    const { spread } = hourOfPods(pods);
    const expected = [999, 998, 997, 996, 0, 1, 2, 3].map((at) => podNameHash(`agent-${at}`));
    assert.deepEqual(
      spread?.hottest.map(({ pod }) => pod),
      expected.sort((a, b) => a - b),
    );
    const hottest = spread?.hottest.find(({ pod }) => pod === podNameHash('agent-999'));
    close(hottest?.cpuMean, 1);
    assert.equal(hottest?.coveredSeconds, 300);
  });

  it('remembers a pod by its name, so that it is the same one after it was made anew', () => {
    const first = { ...podOf('db-0', { cpu: [2] }), podUid: 'x' };
    const second = { ...podOf('db-0', { cpu: [4] }), podUid: 'y' };
    const { spread, replicas } = hourOfPods([first, second]);
    assert.equal(replicas, 2);
    assert.deepEqual(
      spread?.hottest.map(({ pod }) => pod),
      [podNameHash('db-0')],
    );
    close(spread?.hottest[0]?.cpuMean, 3);
  });

  it('is read back as it was, and needs at most 130 bytes', () => {
    fc.assert(
      fc.property(someHour('web'), (hour) => {
        const encoded = encodeHour(hour);
        assert.deepEqual(decodeHour(encoded).content.spread, hour.spread);
        const { spread: _, ...bare } = hour;
        assert.ok(encoded.length - encodeHour(bare).length <= 130);
      }),
    );
  });
});

describe('merging spreads', () => {
  it('does not care which part comes first', () => {
    fc.assert(
      fc.property(someHour('web'), someHour('web'), (a, b) => {
        assert.deepEqual(mergeHours(a, b).spread, mergeHours(b, a).spread);
      }),
    );
  });

  it('of different pods keeps the hottest, the least and the greatest as if pooled at once', () => {
    const uses = fc.array(podUse, { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(uses, uses, (some, others) => {
        const [a, b] = [some, others].map((part, of) =>
          part.map((use, at) => podOf(`web-${of}-${at}`, use)),
        );
        const merged = mergeHours(hourOfPods(a ?? []), hourOfPods(b ?? [])).spread;
        const atOnce = hourOfPods([...(a ?? []), ...(b ?? [])]).spread;
        assert.deepEqual(merged?.hottest, atOnce?.hottest);
        for (const measure of MEASURES) {
          assert.equal(merged?.[measure]?.[0], atOnce?.[measure]?.[0]);
          assert.equal(merged?.[measure]?.[4], atOnce?.[measure]?.[4]);
        }
      }),
    );
  });

  it('leaves the points between those of both parts, rising', () => {
    fc.assert(
      fc.property(someHour('a'), someHour('b'), (a, b) => {
        const merged = mergeHours(a, b).spread;
        for (const measure of MEASURES) {
          const [one, other] = [a.spread?.[measure], b.spread?.[measure]];
          merged?.[measure]?.forEach((value, at) => {
            assert.ok(value >= Math.min(one?.[at] ?? 0, other?.[at] ?? 0));
            assert.ok(value <= Math.max(one?.[at] ?? 0, other?.[at] ?? 0));
          });
          assert.ok(isRising(merged?.[measure]));
        }
      }),
    );
  });

  it('joins a pod that both parts name: the mean by cover, the greater peaks', () => {
    const quiet = podOf('web-1', { cpu: [0.1], memory: [50] });
    const early = hourOfPods([podOf('web-0', { cpu: [1], memory: [100], seconds: 100 }), quiet]);
    const late = hourOfPods([podOf('web-0', { cpu: [4], memory: [80], seconds: 200 }), quiet]);
    const merged = mergeHours(early, late).spread;
    const pod = merged?.hottest.find((each) => each.pod === podNameHash('web-0'));
    close(pod?.cpuMean, 3);
    close(pod?.cpuWindowPeak, 4);
    close(pod?.memoryPeak, 100);
    assert.equal(pod?.coveredSeconds, 300);
  });

  it('counts a part that saw one pod in the points, though its name is not known any more', () => {
    const three = hourOfPods(['a', 'b', 'c'].map((name) => podOf(name, { cpu: [1] })));
    const merged = mergeHours(three, hourOfPods([podOf('late', { cpu: [9] })])).spread;
    close(merged?.cpuMeans?.[2], 3);
    close(merged?.cpuMeans?.[4], 9);
    assert.equal(merged?.hottest.length, 3);
  });

  it('of two parts that saw one pod each gives none', () => {
    const [a, b] = ['a', 'b'].map((name) => hourOfPods([podOf(name, { cpu: [1] })]));
    assert.ok(a && b);
    assert.equal(mergeHours(a, b).spread, undefined);
  });
});

describe('the spread of a day', () => {
  function dayOf(loads: (hour: number) => readonly number[]): readonly HourContent[] {
    return Array.from({ length: 24 }, (_, hour) =>
      hourOfPods(
        loads(hour).map((load, at) =>
          podOf(`web-${at}`, { cpu: [load], memory: [load * 2 ** 30] }, hour),
        ),
      ),
    );
  }

  it('tells in how many hours a pod was hot, how hot, and what is usual', () => {
    const { spread } = sumDay(dayOf((hour) => [0.1, 0.1, 0.1, 0.1, 0.1, hour < 18 ? 0.4 : 0]));
    const hot = spread?.hottest.find(({ pod }) => pod === podNameHash('web-5'));
    assert.deepEqual([spread?.hours, hot?.hours], [24, 18]);
    close(spread?.cpuMedian, 0.1);
    close(spread?.memoryMedian, 0.1 * 2 ** 30);
    close(hot?.cpuMean, 0.4);
    assert.ok(
      Math.abs((hot?.cpuRatio ?? 0) - 4) < 0.1 && Math.abs((hot?.memoryRatio ?? 0) - 4) < 0.1,
    );
  });

  it('is not taken in by a few hours: the ratio is one that three of four hours reach', () => {
    const { spread } = sumDay(dayOf((hour) => [0.1, 0.1, 0.1, hour < 6 ? 5 : 0.11]));
    const hot = spread?.hottest.find(({ pod }) => pod === podNameHash('web-3'));
    assert.ok((hot?.cpuRatio ?? 9) < 1.2);
    assert.ok((hot?.cpuMean ?? 0) > 1);
  });

  it('is the same from hours and from stored hours, and is read back as it was', () => {
    const load = fc.double({ min: 0, max: 4, noNaN: true });
    const loads = fc.array(load, { minLength: 24 * 4, maxLength: 24 * 4 });
    fc.assert(
      fc.property(loads, (all) => {
        const hours = dayOf((hour) => all.slice(hour * 4, hour * 4 + 4));
        const sum = sumDay(hours);
        const stored = hours.map((hour) => decodeHour(encodeHour(hour)).content);
        assert.deepEqual(sumDay(stored).spread, sum.spread);
        assert.deepEqual(decodeDaySum(encodeDaySum(sum)).spread, sum.spread);
        const { spread: _, ...bare } = sum;
        assert.ok(encodeDaySum(sum).length - encodeDaySum(bare).length < 120);
      }),
      { numRuns: 30 },
    );
  });

  it('is absent where no hour saw several pods', () => {
    assert.equal(sumDay(dayOf(() => [0.1])).spread, undefined);
  });
});

function isRising(points: FivePoints<number> | undefined): boolean {
  return (points ?? []).every((value, at, all) => at === 0 || value >= (all[at - 1] ?? 0));
}
