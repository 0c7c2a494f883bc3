import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { durationMs, epochMs } from '@trimtab/units';
import fc from 'fast-check';
import { readingAt, type Said, say, T0, type Told, tell } from '../../test/readings.ts';
import type { Reading } from '../collect/index.ts';
import { type ClosedWindow, Fold, type FoldOptions } from './index.ts';

const OPTIONS: FoldOptions = {
  intervalMs: durationMs(15_000),
  gapIntervals: 4,
  startupMs: durationMs(300_000),
  graceMs: durationMs(0),
  maxContainers: 100,
};

function foldAll(readings: readonly Reading[], options: Partial<FoldOptions> = {}) {
  const fold = new Fold({ ...OPTIONS, ...options });
  const closed: ClosedWindow[] = readings.flatMap((reading) => [...fold.add(reading)]);
  closed.push(...fold.flush());
  return { told: tell(closed), counts: fold.counts };
}

/** Readings of one container, by the second after T0. */
function timeline(said: Readonly<Record<number, Said>>): Reading[] {
  return Object.entries(said).map(([seconds, it]) => readingAt(Number(seconds), { a: it }));
}

function onlyWindow(told: readonly Told[]): Told {
  assert.equal(told.length, 1);
  const [window] = told;
  assert.ok(window);
  return window;
}

describe('counters', () => {
  test('become the rate over the interval between two samples', () => {
    const { told } = foldAll(
      timeline({ 0: { cpuSeconds: 100 }, 15: { cpuSeconds: 107.5 }, 30: { cpuSeconds: 107.5 } }),
    );

    const { cover, cpu } = onlyWindow(told);
    assert.deepEqual(cover, [0, 30]);
    assert.deepEqual(cpu?.slice(0, 4), [2, 0, 0.5, 0.25]);
  });

  test('that go back without a restart leave their interval out, count it and go on from there', () => {
    const { told, counts } = foldAll(
      timeline({ 0: { cpuSeconds: 100 }, 15: { cpuSeconds: 3 }, 30: { cpuSeconds: 18 } }),
    );

    assert.equal(counts.resets, 1);
    assert.deepEqual(onlyWindow(told).cover, [15, 30]);
    assert.deepEqual(onlyWindow(told).cpu?.slice(0, 3), [1, 1, 1]);
  });

  test('count from zero since the new start where the container was restarted', () => {
    const { told, counts } = foldAll(
      timeline({
        0: { cpuSeconds: 100, startedAt: T0 - 1e7 },
        15: { cpuSeconds: 5, startedAt: T0 + 10_000 },
      }),
    );

    assert.equal(counts.resets, 0);
    const { cover, startupCpu } = onlyWindow(told);
    assert.deepEqual(cover, [10, 15]);
    assert.deepEqual(startupCpu?.slice(0, 3), [1, 1, 1]);
  });

  test('count from zero after a restart even if they have overtaken the old value', () => {
    const { told } = foldAll(
      timeline({
        0: { cpuSeconds: 1, startedAt: T0 - 1e7 },
        15: { cpuSeconds: 10, startedAt: T0 + 5_000 },
      }),
    );

    assert.deepEqual(onlyWindow(told).startupCpu?.slice(0, 3), [1, 1, 1]);
  });

  test('of a container just born are used from its birth on', () => {
    const { told } = foldAll(timeline({ 20: { cpuSeconds: 4, startedAt: T0 + 12_000 } }));

    assert.deepEqual(onlyWindow(told).cover, [12, 20]);
    assert.deepEqual(onlyWindow(told).startupCpu?.slice(0, 3), [1, 0.5, 0.5]);
  });

  test('of a container that started long before its first sample only set the base', () => {
    const { told, counts } = foldAll(timeline({ 20: { cpuSeconds: 4, startedAt: T0 - 1e7 } }));

    assert.deepEqual(told, []);
    assert.equal(counts.uncovered, 1);
  });

  test('begin a new chain after a reading that lacks them', () => {
    const { told } = foldAll(
      timeline({
        0: { cpuSeconds: 0, memoryBytes: 10 },
        15: { memoryBytes: 10 },
        30: { cpuSeconds: 9, memoryBytes: 10 },
        45: { cpuSeconds: 24, memoryBytes: 10 },
      }),
    );

    assert.deepEqual(
      told.map(({ cover, cpu }) => [cover, cpu?.[0]]),
      [
        [[0, 15], undefined],
        [[30, 45], 1],
      ],
    );
  });
});

describe('odd samples', () => {
  test('a repeated time is skipped and counted', () => {
    const { told, counts } = foldAll(
      timeline({
        0: { cpuSeconds: 0 },
        15: { cpuSeconds: 15 },
        20: { cpuSeconds: 999, sampledAt: T0 + 15_000 },
        30: { cpuSeconds: 30 },
      }),
    );

    assert.equal(counts.repeated, 1);
    assert.deepEqual(onlyWindow(told).cpu?.slice(0, 3), [2, 1, 1]);
  });

  test('a sample older than the last one is dropped and counted', () => {
    const { told, counts } = foldAll(
      timeline({
        0: { cpuSeconds: 0 },
        15: { cpuSeconds: 15 },
        20: { cpuSeconds: 1, sampledAt: T0 + 3_000 },
        30: { cpuSeconds: 30 },
      }),
    );

    assert.equal(counts.late, 1);
    assert.deepEqual(onlyWindow(told).cpu?.slice(0, 3), [2, 1, 1]);
  });

  test('a sample of a window already closed is counted as late, its kills are reported with the next one', () => {
    const { told, counts } = foldAll(
      timeline({
        1: { oomKills: 0, memoryBytes: 1 },
        15: { oomKills: 0, memoryBytes: 1 },
        310: { oomKills: 1, memoryBytes: 1, sampledAt: T0 + 20_000 },
        320: { oomKills: 2, memoryBytes: 1, sampledAt: T0 + 30_000 },
        325: { oomKills: 3, memoryBytes: 1 },
        340: { oomKills: 3, memoryBytes: 1 },
      }),
    );

    assert.equal(counts.late, 1);
    assert.deepEqual(
      told.map(({ start, oomKills }) => [start, oomKills]),
      [
        [0, 1],
        [300, 2],
      ],
    );
  });

  test('values that are no numbers, negative or infinite are refused, counted and treated as absent', () => {
    const { told, counts } = foldAll(
      timeline({
        0: { cpuCores: Number.NaN, memoryBytes: -1, oomKills: 0.5 },
        15: { cpuCores: 1, memoryBytes: Number.POSITIVE_INFINITY, oomKills: -1 },
      }),
    );

    assert.equal(counts.refused, 5);
    assert.deepEqual(Object.keys(onlyWindow(told)), ['name', 'start', 'cover', 'cpu']);
  });

  test('a key with an empty part and a time out of range are refused', () => {
    const fold = new Fold(OPTIONS);
    const nameless = { ...say('a', { cpuCores: 1 }), key: { ...say('a', {}).key, namespace: '' } };

    fold.add({ at: epochMs(T0), containers: [nameless] });
    fold.add({ at: epochMs(T0), containers: [say('a', { sampledAt: Number.NaN })] });

    assert.equal(fold.counts.refused, 2);
    assert.equal(fold.containers, 0);
  });
});

describe('gaps', () => {
  test('longer than the allowed intervals are not covered and split the window', () => {
    const { told, counts } = foldAll(
      timeline({
        0: { cpuSeconds: 0 },
        15: { cpuSeconds: 15 },
        100: { cpuSeconds: 20 },
        115: { cpuSeconds: 50 },
      }),
    );

    assert.equal(counts.gaps, 1);
    assert.deepEqual(
      told.map(({ cover, cpu }) => [cover, cpu?.[2]]),
      [
        [[0, 15], 1],
        [[100, 115], 2],
      ],
    );
  });

  test('up to the allowed intervals are bridged by the counter', () => {
    const { told } = foldAll(timeline({ 0: { cpuSeconds: 0 }, 60: { cpuSeconds: 30 } }));

    assert.deepEqual(onlyWindow(told).cover, [0, 60]);
  });

  test('before a gauge leave only its own interval covered', () => {
    const { told } = foldAll(timeline({ 15: { cpuCores: 1 }, 200: { cpuCores: 2 } }));

    assert.deepEqual(
      told.map(({ cover }) => cover),
      [
        [0, 15],
        [185, 200],
      ],
    );
  });

  test('do not swallow kills and restarts', () => {
    const { told } = foldAll(
      timeline({
        0: { memoryBytes: 1, oomKills: 1, restarts: 4 },
        200: { memoryBytes: 1, oomKills: 3, restarts: 6 },
        215: { memoryBytes: 1, oomKills: 3, restarts: 6 },
      }),
    );

    assert.equal(
      told.reduce((sum, { oomKills }) => sum + (oomKills ?? 0), 0),
      2,
    );
    assert.equal(
      told.reduce((sum, { restarts }) => sum + (restarts ?? 0), 0),
      2,
    );
    assert.equal(told.at(-1)?.oomLimit, 1_000);
  });
});

describe('borders of windows', () => {
  test('split cover and throttled seconds by time, and give the rate to the larger part', () => {
    const { told } = foldAll(
      timeline({
        291: { cpuSeconds: 0, throttledSeconds: 0 },
        306: { cpuSeconds: 15, throttledSeconds: 5 },
        321: { cpuSeconds: 15, throttledSeconds: 5 },
      }),
    );

    assert.deepEqual(
      told.map(({ start, cover, cpu, throttledSeconds }) => [
        start,
        cover,
        cpu?.[0],
        throttledSeconds,
      ]),
      [
        [0, [291, 300], 1, 3],
        [300, [0, 21], 1, 2],
      ],
    );
  });

  test('give a sample taken at a window’s end to that window', () => {
    const { told } = foldAll(timeline({ 300: { cpuCores: 2, memoryBytes: 7 } }), {
      intervalMs: durationMs(300_000),
    });

    assert.deepEqual(onlyWindow(told).start, 0);
    assert.deepEqual(onlyWindow(told).cover, [0, 300]);
    assert.deepEqual(onlyWindow(told).memory?.slice(0, 3), [1, 7, 7]);
  });

  test('inside a long interval leave no window without the rate', () => {
    const { told } = foldAll(timeline({ 240: { cpuSeconds: 0 }, 1000: { cpuSeconds: 760 } }), {
      intervalMs: durationMs(300_000),
    });

    assert.deepEqual(
      told.map(({ start, cover, cpu }) => [start, cover, cpu?.[0]]),
      [
        [300, [0, 300], 1],
        [600, [0, 300], 1],
      ],
    );
  });
});

describe('start-up', () => {
  test('keeps CPU of a young container apart and its memory together', () => {
    const startedAt = T0 - 280_000;
    const { told } = foldAll(
      timeline({
        10: { cpuSeconds: 0, memoryBytes: 5, startedAt },
        20: { cpuSeconds: 20, memoryBytes: 5, startedAt },
        35: { cpuSeconds: 35, memoryBytes: 5, startedAt },
      }),
    );

    const { cpu, memory, startupCpu } = onlyWindow(told);
    assert.deepEqual(startupCpu?.slice(0, 3), [1, 2, 2]);
    assert.deepEqual(cpu?.slice(0, 3), [1, 1, 1]);
    assert.equal(memory?.[0], 3);
  });
});

describe('closing', () => {
  test('waits for a reading strictly later than the one that passed the end, and for the grace', () => {
    const fold = new Fold({ ...OPTIONS, graceMs: durationMs(30_000) });
    const closings: number[] = [];

    for (let second = 15; second <= 390; second += 15) {
      const closed = fold.add(readingAt(second, { a: { cpuCores: 1 } }));
      if (closed.length > 0) closings.push(second);
    }

    assert.deepEqual(closings, [345]);
  });

  test('forgets a container that has gone once its windows are out', () => {
    const fold = new Fold(OPTIONS);
    for (let second = 0; second <= 2_000; second += 15) {
      const containers =
        second < 100 ? { a: { cpuCores: 1 }, b: { cpuCores: 1 } } : { a: { cpuCores: 1 } };
      fold.add(readingAt(second, containers));
    }

    assert.equal(fold.containers, 1);
  });

  test('refuses containers above the limit and counts their readings', () => {
    const { told, counts } = foldAll([readingAt(15, { a: { cpuCores: 1 }, b: { cpuCores: 1 } })], {
      maxContainers: 1,
    });

    assert.equal(counts.tooMany, 1);
    assert.equal(onlyWindow(told).name, 'a');
  });

  test('leaves out what an earlier process sealed, and measures on from there', () => {
    const { told, counts } = foldAll(
      timeline({
        0: { cpuSeconds: 0, oomKills: 0 },
        100: { cpuSeconds: 50, oomKills: 1 },
        130: { cpuSeconds: 80, oomKills: 1 },
        160: { cpuSeconds: 110, oomKills: 2 },
      }),
      { sealedUntil: epochMs(T0 + 120_000) },
    );

    assert.equal(counts.alreadySealed, 2);
    const { cover, cpu, oomKills } = onlyWindow(told);
    assert.deepEqual([cover, cpu?.[0], oomKills], [[120, 160], 2, 1]);
  });

  test('closes everything and starts anew when the clock was set back', () => {
    const fold = new Fold(OPTIONS);
    fold.add(readingAt(7_200, { a: { cpuCores: 1 } }));

    const closed = fold.add(readingAt(0, { a: { cpuCores: 1 } }));
    const after = fold.flush();

    assert.equal(fold.counts.clockSteps, 1);
    assert.equal(tell(closed).length, 1);
    assert.equal(tell(after).length, 1);
  });
});

/** Several containers on one grid of times, with counters that only grow. */
const series = fc
  .record({
    steps: fc.array(fc.integer({ min: 5, max: 55 }), { minLength: 2, maxLength: 60 }),
    used: fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 8, maxLength: 8 }),
    seed: fc.integer({ min: 0, max: 299 }),
  })
  .map(({ seed, steps, used }) => {
    let second = seed;
    let total = 0;
    return [second, ...steps.map((step) => (second += step))].map((at, i) => {
      total += used[i % used.length] ?? 0;
      return { at, total };
    });
  });

describe('any series', () => {
  test('gives the same windows however its samples are grouped into readings', () => {
    fc.assert(
      fc.property(series, fc.infiniteStream(fc.boolean()), (samples, cuts) => {
        const together: Reading[] = [];
        const apart: Reading[] = [];
        for (const { at, total } of samples) {
          const said = {
            cpuSeconds: total,
            memoryBytes: Math.floor(total),
            throttledSeconds: total,
          };
          const all = readingAt(at, { a: said, b: said, c: said });
          together.push(all);
          const [a, b, c] = all.containers;
          assert.ok(a && b && c);
          const isCut = cuts.next().value === true;
          apart.push({ at: all.at, containers: isCut ? [a] : [a, b] });
          apart.push({ at: all.at, containers: isCut ? [b, c] : [c] });
        }

        assert.deepEqual(foldAll(apart).told, foldAll(together).told);
      }),
      { numRuns: 200 },
    );
  });

  test('is covered by exactly its seconds, and neither samples nor throttled seconds nor kills get lost', () => {
    fc.assert(
      fc.property(series, (samples) => {
        const readings = samples.map(({ at, total }) =>
          readingAt(at, {
            a: { cpuSeconds: total, throttledSeconds: total, oomKills: Math.floor(total) },
          }),
        );
        const first = samples[0];
        const last = samples.at(-1);
        assert.ok(first && last);

        const { told } = foldAll(readings);

        const sum = (of: (window: Told) => number): number =>
          told.reduce((total, window) => total + of(window), 0);
        assert.equal(
          sum(({ cover: [from, to] }) => to - from),
          last.at - first.at,
        );
        assert.equal(
          sum(({ cpu }) => cpu?.[0] ?? 0),
          samples.length - 1,
        );
        assert.ok(
          Math.abs(sum((it) => it.throttledSeconds ?? 0) - (last.total - first.total)) < 1e-6,
        );
        assert.equal(
          sum((it) => it.oomKills ?? 0),
          Math.floor(last.total) - Math.floor(first.total),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('of nonsense makes no exception and no window outside its bounds', () => {
    const value = fc.oneof(fc.double(), fc.integer(), fc.constant(undefined));
    const said = fc.record({
      sampledAt: fc.oneof(value, fc.integer({ min: T0 - 1e6, max: T0 + 1e6 })),
      startedAt: fc.oneof(value, fc.integer({ min: T0 - 1e6, max: T0 + 1e6 })),
      cpuSeconds: value,
      cpuCores: value,
      memoryBytes: value,
      throttledSeconds: value,
      oomKills: value,
      restarts: value,
    });
    const moment = fc.oneof(
      fc.integer({ min: 0, max: 2_000 }),
      fc.double({ min: -1e9, max: 1e12 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(moment, said), { maxLength: 40 }), (readings) => {
        const { told } = foldAll(
          readings.map(([second, it]) => ({
            ...readingAt(Number.isFinite(second) ? second : 0, {}),
            containers: [say('a', it as Said)],
          })),
        );
        for (const { cover, start } of told) {
          assert.ok(start % 300 === 0 && cover[0] >= 0 && cover[0] < cover[1] && cover[1] <= 300);
        }
      }),
      { numRuns: 300 },
    );
  });
});
