import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { bytes, epochMs } from '@trimtab/units';
import fc from 'fast-check';
import { hourOfPods, mergeHours, type PodWindows } from './hour.ts';
import { presentFields } from './present.ts';
import type { HourContent, UsageWindow } from './types.ts';
import { coveredSeconds } from './window.ts';

const hourStart = 480_000 * 3_600_000;

function window(index: number, more: Partial<UsageWindow> = {}): UsageWindow {
  return { start: epochMs(hourStart + index * 300_000), fromSecond: 0, toSecond: 300, ...more };
}

function parts(sketch: Sketch | undefined): unknown {
  if (sketch === undefined) return undefined;
  const { scale, count, zeroCount, min, max, offset, bucketCounts } = sketch;
  return { scale, count, zeroCount, min, max, offset, bucketCounts };
}

/** All of an hour that merging keeps exactly; replica-spread.test.ts says what holds for the spread. */
function exactly(hour: HourContent): unknown {
  const { cpu, cpuMeans, memory, memoryPeaks, startupCpu, track, ...other } = hour;
  const { throttledSeconds, spread: _, ...rest } = other;
  return {
    ...rest,
    throttledSeconds:
      throttledSeconds === undefined ? undefined : Math.round(throttledSeconds * 1e6),
    sketches: [cpu, cpuMeans, memory, memoryPeaks, startupCpu].map(parts),
    track: track.map(({ cpuMean, ...point }) => ({ ...point, hasMean: cpuMean !== undefined })),
  };
}

function assertMeansClose(actual: HourContent, expected: HourContent): void {
  actual.track.forEach((point, at) => {
    const [mean = 0, other = 0] = [point.cpuMean, expected.track[at]?.cpuMean];
    assert.ok(Math.abs(mean - other) <= 1e-9 * other, `${mean} is not ${other}`);
  });
}

const samples = fc.array(fc.double({ min: 0, max: 8, noNaN: true }), { maxLength: 6 });
const sizes = fc.array(fc.nat({ max: 2 ** 33 }), { maxLength: 6 });
const anyWindow = fc
  .record({
    index: fc.nat({ max: 11 }),
    ends: fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 })).filter(([a, b]) => a !== b),
    cpu: samples,
    memory: sizes,
    startupCpu: fc.option(samples, { nil: undefined }),
    throttledSeconds: fc.option(fc.double({ min: 0, max: 300, noNaN: true }), { nil: undefined }),
    oomKills: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
    oomLimit: fc.option(fc.nat({ max: 2 ** 33 }), { nil: undefined }),
    restarts: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
  })
  .map(({ index, ends, cpu, memory, startupCpu, throttledSeconds, oomLimit, ...counts }) => {
    const more: UsageWindow = {
      ...window(index),
      fromSecond: Math.min(...ends),
      toSecond: Math.max(...ends),
      cpu: Sketch.of(cpu),
      memory: Sketch.of(memory),
      ...presentFields(counts),
      ...(startupCpu === undefined ? {} : { startupCpu: Sketch.of(startupCpu) }),
      ...(throttledSeconds === undefined ? {} : { throttledSeconds }),
      ...(oomLimit === undefined ? {} : { oomLimit: bytes(oomLimit) }),
    };
    return more;
  });
const windowsOfPod = fc.uniqueArray(anyWindow, {
  selector: (each) => each.start,
  minLength: 1,
  maxLength: 4,
});
const pods = fc
  .array(windowsOfPod, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((windows, pod): PodWindows => ({ podUid: `pod-${pod}`, windows })));
const hour = pods.map(hourOfPods);

describe('hourOfPods', () => {
  it('pools samples, means and peaks over pods and windows', () => {
    const first = [window(0, { cpu: Sketch.of([1, 3]), memory: Sketch.of([100, 50]) })];
    const second = [
      window(0, { fromSecond: 150, cpu: Sketch.of([8]), memory: Sketch.of([70]) }),
      window(11, { memory: Sketch.of([60]) }),
    ];
    const content = hourOfPods([
      { podUid: 'a', windows: first },
      { podUid: 'b', windows: second },
    ]);
    assert.deepEqual([content.coveredSeconds, content.replicas], [750, 2]);
    assert.deepEqual([content.cpu?.count, content.cpu?.sum, content.cpu?.max], [3, 12, 8]);
    assert.deepEqual([content.cpuMeans?.count, content.cpuMeans?.sum], [2, 10]);
    assert.deepEqual([content.memoryPeaks?.count, content.memoryPeaks?.min], [3, 60]);
    assert.deepEqual(content.track, [
      { index: 0, coveredSeconds: 450, cpuMean: 4, cpuPeak: 8, memoryPeak: 100 },
      { index: 11, coveredSeconds: 300, memoryPeak: 60 },
    ]);
  });

  it('adds up events and keeps the highest limit at which a kill happened', () => {
    const content = hourOfPods([
      {
        podUid: 'a',
        windows: [
          window(0, { oomKills: 1, oomLimit: bytes(900), throttledSeconds: 1.5 }),
          window(1, { oomKills: 1, oomLimit: bytes(400), restarts: 2 }),
        ],
      },
    ]);
    assert.deepEqual(
      [content.oomKills, content.oomLimit, content.restarts, content.throttledSeconds],
      [2, 900, 2, 1.5],
    );
  });

  it('leaves what nobody measured absent instead of zero', () => {
    const content = hourOfPods([{ podUid: 'a', windows: [window(3)] }]);
    assert.deepEqual(content, {
      coveredSeconds: 300,
      replicas: 1,
      track: [{ index: 3, coveredSeconds: 300 }],
    });
  });

  it('tells none counted from not counted', () => {
    const none = hourOfPods([{ podUid: 'a', windows: [window(3, { oomKills: 0, restarts: 0 })] }]);
    assert.deepEqual([none.oomKills, none.restarts], [0, 0]);
    const counted = [window(3), window(4, { oomKills: 2 })];
    const some = hourOfPods([{ podUid: 'a', windows: counted }]);
    assert.deepEqual([some.oomKills, some.restarts], [2, undefined]);
    assert.equal('restarts' in some, false);
  });

  it('takes a pod named twice for one, and joins the halves of its window', () => {
    const halves = [
      window(0, { fromSecond: 0, toSecond: 100, cpu: Sketch.of([1]) }),
      window(0, { fromSecond: 200, toSecond: 300, cpu: Sketch.of([2]) }),
      window(0, { fromSecond: 100, toSecond: 200, cpu: Sketch.of([3]) }),
    ];
    const content = hourOfPods(halves.map((each) => ({ podUid: 'a', windows: [each] })));
    assert.deepEqual([content.replicas, content.coveredSeconds, content.cpu?.count], [1, 300, 3]);
    assert.deepEqual(content.cpuMeans?.sum, 2);
  });

  it('says which seconds a mean rests on where CPU was not measured in all of them', () => {
    const content = hourOfPods([
      { podUid: 'a', windows: [window(0, { cpu: Sketch.of([2]) })] },
      { podUid: 'b', windows: [window(0, { memory: Sketch.of([5]) })] },
    ]);
    assert.deepEqual(content.track, [
      { index: 0, coveredSeconds: 600, cpuSeconds: 300, cpuMean: 2, cpuPeak: 2, memoryPeak: 5 },
    ]);
  });

  it('survives values beyond all memory', () => {
    const content = hourOfPods([
      { podUid: 'a', windows: [window(0, { memory: Sketch.of([1e300]) })] },
    ]);
    assert.equal(content.track[0]?.memoryPeak, Number.MAX_SAFE_INTEGER);
  });

  it('refuses an hour without windows, and windows of two hours', () => {
    assert.throws(() => hourOfPods([]), { code: 'TT_HISTORY_BAD_INPUT' });
    assert.throws(() => hourOfPods([{ podUid: 'a', windows: [] }]), {
      code: 'TT_HISTORY_BAD_INPUT',
    });
    const apart = [{ podUid: 'a', windows: [window(0), window(12)] }];
    assert.throws(() => hourOfPods(apart), /expected only windows of hour 480000/);
  });

  it('covers exactly the seconds of its windows', () => {
    fc.assert(
      fc.property(pods, (all) => {
        const content = hourOfPods(all);
        const covered = all.flatMap((pod) => pod.windows).map(coveredSeconds);
        const expected = covered.reduce((sum, each) => sum + each, 0);
        assert.equal(content.coveredSeconds, expected);
        assert.equal(
          content.track.reduce((sum, point) => sum + point.coveredSeconds, 0),
          expected,
        );
      }),
    );
  });
});

describe('mergeHours', () => {
  it('leaves kills and restarts absent only where neither part counted them', () => {
    const part = (counts: Partial<UsageWindow>): HourContent =>
      hourOfPods([{ podUid: 'a', windows: [window(0, counts)] }]);
    const uncounted = mergeHours(part({}), part({}));
    assert.deepEqual(['oomKills' in uncounted, 'restarts' in uncounted], [false, false]);
    const half = mergeHours(part({}), part({ oomKills: 2, restarts: 0 }));
    assert.deepEqual([half.oomKills, half.restarts], [2, 0]);
  });

  it('does not care which part comes first', () => {
    fc.assert(
      fc.property(hour, hour, (a, b) => {
        assert.deepEqual(exactly(mergeHours(a, b)), exactly(mergeHours(b, a)));
        assertMeansClose(mergeHours(a, b), mergeHours(b, a));
      }),
    );
  });

  it('does not care how three parts are grouped', () => {
    fc.assert(
      fc.property(hour, hour, hour, (a, b, c) => {
        const [left, right] = [mergeHours(mergeHours(a, b), c), mergeHours(a, mergeHours(b, c))];
        assert.deepEqual(exactly(left), exactly(right));
        assertMeansClose(left, right);
      }),
    );
  });

  it('equals pooling all pods at once, where the parts saw different pods', () => {
    fc.assert(
      fc.property(pods, pods, (a, b) => {
        const others = b.map(({ podUid, windows }) => ({ podUid: `other-${podUid}`, windows }));
        const merged = mergeHours(hourOfPods(a), hourOfPods(others));
        const atOnce = hourOfPods([...a, ...others]);
        const replicas = Math.max(a.length, b.length);
        assert.deepEqual(exactly(merged), exactly({ ...atOnce, replicas }));
        assertMeansClose(merged, atOnce);
      }),
    );
  });

  it('leaves both parts as they were', () => {
    fc.assert(
      fc.property(pods, pods, (a, b) => {
        const [one, other] = [hourOfPods(a), hourOfPods(b)];
        mergeHours(one, other);
        assert.deepEqual(exactly(one), exactly(hourOfPods(a)));
        assert.deepEqual(exactly(other), exactly(hourOfPods(b)));
      }),
    );
  });
});
