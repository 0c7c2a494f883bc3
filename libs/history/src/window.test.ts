import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { bytes, epochMs } from '@trimtab/units';
import fc from 'fast-check';
import type { UsageWindow } from './types.ts';
import { coveredSeconds, unionWindows } from './window.ts';

const start = epochMs(480_000 * 3_600_000);

function window(
  fromSecond: number,
  toSecond: number,
  more: Partial<UsageWindow> = {},
): UsageWindow {
  return { start, fromSecond, toSecond, ...more };
}

describe('unionWindows', () => {
  it('adds up what two agents saw in disjoint seconds', () => {
    const before = window(0, 120, {
      cpu: Sketch.of([1, 2]),
      oomKills: 1,
      oomLimit: bytes(1_000),
      throttledSeconds: 2,
    });
    const after = window(120, 300, {
      cpu: Sketch.of([4]),
      memory: Sketch.of([8]),
      oomKills: 2,
      oomLimit: bytes(500),
      restarts: 1,
    });
    const { window: both, overlapped } = unionWindows(after, before);
    assert.equal(overlapped, false);
    assert.deepEqual([both.fromSecond, both.toSecond, both.gapSeconds], [0, 300, undefined]);
    assert.deepEqual([both.cpu?.count, both.cpu?.sum, both.memory?.count], [3, 7, 1]);
    assert.deepEqual(
      [both.oomKills, both.oomLimit, both.restarts, both.throttledSeconds],
      [3, 500, 1, 2],
    );
    assert.equal(before.cpu?.count, 2);
  });

  it('remembers the seconds between the two that nobody saw', () => {
    const { window: both } = unionWindows(window(0, 100), window(130, 300));
    assert.equal(both.gapSeconds, 30);
    assert.equal(coveredSeconds(both), 270);
  });

  it('keeps the longer of two that saw the same second, and says so', () => {
    const short = window(200, 300, { cpu: Sketch.of([9, 9, 9]), oomKills: 5 });
    const long = window(0, 201, { cpu: Sketch.of([1]) });
    assert.deepEqual(unionWindows(short, long), { window: long, overlapped: true });
    assert.deepEqual(unionWindows(long, short), { window: long, overlapped: true });
  });

  it('gives the same whichever comes first', () => {
    const any = fc
      .record({
        ends: fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 })).filter(([a, b]) => a !== b),
        samples: fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { maxLength: 3 }),
        kills: fc.nat({ max: 2 }),
      })
      .map(({ ends, samples, kills }) =>
        window(Math.min(...ends), Math.max(...ends), { cpu: Sketch.of(samples), oomKills: kills }),
      );
    fc.assert(
      fc.property(any, any, (a, b) => {
        const [one, other] = [unionWindows(a, b), unionWindows(b, a)];
        assert.equal(one.overlapped, other.overlapped);
        const parts = ({ window: each }: { window: UsageWindow }): unknown => [
          each.fromSecond,
          each.toSecond,
          each.gapSeconds,
          each.oomKills,
          each.cpu?.count ?? 0,
          each.cpu?.sum ?? 0,
          each.cpu?.bucketCounts ?? [],
        ];
        assert.deepEqual(parts(one), parts(other));
      }),
    );
  });

  it('refuses two different windows, a cover off the window, and a start off the grid', () => {
    const good = window(0, 300);
    const bad = [
      { ...good, start: epochMs(start + 300_000) },
      { ...good, start: epochMs(start + 1) },
      { ...good, fromSecond: 300 },
      { ...good, fromSecond: -1 },
      { ...good, fromSecond: 0.5 },
      { ...good, toSecond: 301 },
      { ...good, gapSeconds: 300 },
      { ...good, gapSeconds: -1 },
    ];
    for (const each of bad) {
      assert.throws(() => unionWindows(good, each), { code: 'TT_HISTORY_BAD_INPUT' });
    }
  });
});
