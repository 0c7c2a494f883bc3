import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { bytes, epochMs } from '@trimtab/units';
import fc from 'fast-check';
import { sumDay } from './day.ts';
import { decodeDaySum, encodeDaySum } from './day-codec.ts';
import { HistoryError } from './errors.ts';
import { hourOfPods } from './hour.ts';
import { decodeHour, decodeQuarter, encodeHour, encodeQuarter } from './hour-codec.ts';
import type { HourContent, UsageWindow } from './types.ts';

const dayStart = 20_000 * 86_400_000;

function parts(sketch: Sketch | undefined): unknown {
  if (sketch === undefined) return undefined;
  const { scale, count, zeroCount, min, max, offset, bucketCounts } = sketch;
  return { scale, count, zeroCount, min, max, offset, bucketCounts };
}

/** One hour with two windows, each with its CPU and memory samples. */
interface Usage {
  readonly cpu: readonly number[];
  readonly memory: readonly number[];
  /** Absent where nobody counted. */
  readonly oomKills: number | undefined;
  /** Whether a second pod used half of it. */
  readonly isPair: boolean;
}

function hourWith(hour: number, usage: Usage): HourContent {
  const windows = [0, 5].map(
    (index): UsageWindow => ({
      start: epochMs(dayStart + hour * 3_600_000 + index * 300_000),
      fromSecond: 0,
      toSecond: 300,
      cpu: Sketch.of(usage.cpu.map((each) => each * (1 + index))),
      memory: Sketch.of(usage.memory.map((each) => each + index)),
      ...(usage.oomKills === undefined ? {} : { oomKills: usage.oomKills }),
      ...(usage.oomKills ? { oomLimit: bytes(1_000 + hour) } : {}),
    }),
  );
  const pods = [{ podUid: 'a', windows }];
  return hourOfPods(usage.isPair ? [...pods, { podUid: 'b', windows: windows.slice(1) }] : pods);
}

const usage = fc.record({
  cpu: fc.array(fc.double({ min: 0, max: 8, noNaN: true }), { maxLength: 6 }),
  memory: fc.array(fc.nat({ max: 2 ** 33 }), { maxLength: 6 }),
  oomKills: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
  isPair: fc.boolean(),
});
const day = fc
  .array(fc.option(usage, { nil: undefined, freq: 3 }), { minLength: 24, maxLength: 24 })
  .filter((hours) => hours.some((each) => each !== undefined))
  .map((hours) =>
    hours.map((each, hour) => (each === undefined ? undefined : hourWith(hour, each))),
  );

describe('sumDay', () => {
  it('is the merge of all hours', () => {
    fc.assert(
      fc.property(day, (hours) => {
        const sum = sumDay(hours);
        for (const name of ['cpu', 'cpuMeans', 'memory', 'memoryPeaks'] as const) {
          const all = hours.flatMap((hour) => hour?.[name] ?? []);
          const merged = all.reduceRight((pool, each) => pool.merge(each), new Sketch());
          assert.deepEqual(parts(sum[name]), merged.count === 0 ? undefined : parts(merged));
        }
        const total = (measure: (hour: HourContent) => number): number =>
          hours.reduce((all, hour) => all + (hour === undefined ? 0 : measure(hour)), 0);
        assert.equal(
          sum.coveredSeconds,
          total((hour) => hour.coveredSeconds),
        );
        assert.equal(
          sum.oomKills,
          hours.some((hour) => hour?.oomKills !== undefined)
            ? total((hour) => hour.oomKills ?? 0)
            : undefined,
        );
        assert.equal('restarts' in sum, false);
        assert.equal(sum.memoryMax, sum.memory?.max);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps each hour’s mean, P95 and greatest memory to within half a bucket', () => {
    fc.assert(
      fc.property(day, (hours) => {
        sumDay(hours).hours.forEach((each, at) => {
          const hour = hours[at];
          assert.equal(each === undefined, hour === undefined);
          const pairs = [
            [each?.cpuMean, hour?.cpu?.mean()],
            [each?.cpuP95, hour?.cpu?.quantile(0.95)],
            [each?.memoryMax, hour?.memory?.max],
          ] as const;
          for (const [kept, exact] of pairs) {
            assert.equal(kept === undefined, exact === undefined);
            const error = Math.abs((kept ?? 0) - (exact ?? 0));
            assert.ok(error <= Math.max(0.51, (exact ?? 0) * 0.01084));
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same bytes from hours, from stored hours and from day blocks', () => {
    fc.assert(
      fc.property(day, (hours) => {
        const bytesOfDay = encodeDaySum(sumDay(hours));
        const stored = hours.map((hour) =>
          hour === undefined ? undefined : decodeHour(encodeHour(hour)).content,
        );
        assert.deepEqual(encodeDaySum(sumDay(stored)), bytesOfDay);
        const quarters = [0, 6, 12, 18].map((first) =>
          encodeQuarter(hours.slice(first, first + 6)),
        );
        assert.deepEqual(encodeDaySum(sumDay(quarters.flatMap(decodeQuarter))), bytesOfDay);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a day without hours and a day of another length', () => {
    const none = new Array<undefined>(24).fill(undefined);
    assert.throws(() => sumDay(none), { code: 'TT_HISTORY_BAD_INPUT' });
    assert.throws(() => sumDay(none.slice(1)), /found 23 hours of a day; expected 24/);
  });
});

describe('an encoded day sum', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(day, (hours) => {
        const sum = sumDay(hours);
        const decoded = decodeDaySum(encodeDaySum(sum));
        const { cpu, cpuMeans, memory, memoryPeaks, ...rest } = sum;
        const { cpu: a, cpuMeans: b, memory: c, memoryPeaks: d, ...others } = decoded;
        assert.deepEqual(others, rest);
        assert.deepEqual([a, b, c, d].map(parts), [cpu, cpuMeans, memory, memoryPeaks].map(parts));
        assert.deepEqual(encodeDaySum(decoded), encodeDaySum(sum));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps a greatest memory that is not that of its sketch', () => {
    const hours = new Array<undefined>(24).fill(undefined);
    const bare = { coveredSeconds: 0, replicas: 1, oomKills: 0, restarts: 0, hours };
    for (const memoryMax of [bytes(0), bytes(12_345), bytes(2 ** 53 - 1)]) {
      assert.equal(decodeDaySum(encodeDaySum({ ...bare, memoryMax })).memoryMax, memoryMax);
    }
    assert.equal(decodeDaySum(encodeDaySum(bare)).memoryMax, undefined);
  });

  it('is refused or gives a valid sum after any change of its bytes', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(day, fc.array(change, { minLength: 1, maxLength: 3 }), (hours, changes) => {
        const encoded = encodeDaySum(sumDay(hours));
        for (const { at, to } of changes) encoded[at % encoded.length] = to;
        try {
          assert.equal(decodeDaySum(encoded).hours.length, 24);
        } catch (error) {
          assert.ok(error instanceof HistoryError, String(error));
          assert.equal(error.code, 'TT_HISTORY_CORRUPT');
        }
      }),
      { numRuns: 300 },
    );
  });
});
