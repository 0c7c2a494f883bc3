import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podNameHash } from '@trimtab/history';
import { epochDay } from '@trimtab/units';
import { findHotReplica } from './hot-replica.ts';
import { playDays, type Step, stepsOver } from './played-days.ts';

const MIB = 2 ** 20;
const DAY = 86_400;

type Use = (t: number, pod: number) => Omit<Step, 't' | 'stepSeconds'> | undefined;

function found(pods: number, days: number, use: Use): ReturnType<typeof findHotReplica> {
  const played = playDays(
    Array.from({ length: pods }, (_, pod) => ({
      name: `web-${pod}`,
      steps: stepsOver(days, 1800, (t) => use(t, pod)),
    })),
  );
  return findHotReplica({ days: played, sizes: {}, asOfDay: epochDay(20_000 + days) });
}

const wobble = (t: number, pod: number): number => 1 + 0.3 * Math.sin(t / 5000 + pod * 2);
const used = (cpuCores: number, mebibytes = 200): Omit<Step, 't' | 'stepSeconds'> => ({
  cpuCores,
  memoryBytes: Math.round(mebibytes * MIB),
});

describe('a hot replica', () => {
  it('is flagged among twenty, with its name and its own value', () => {
    const finding = found(20, 5, (t, pod) => used((pod === 7 ? 0.8 : 0.1) * wobble(t, pod)));
    assert.equal(finding?.severity, 'warn');
    const { values = {} } = finding ?? {};
    assert.deepEqual([values['pods'], values['replicas'], values['daysHot']], [1, 20, 5]);
    assert.equal(values['podNameHash'], podNameHash('web-7'));
    assert.ok(Math.abs((values['cpuPeakMillicores'] ?? 0) - 800 * 1.3) < 20);
    assert.match(finding?.text ?? '', /^1 of 20 replicas uses \d\.\d times the CPU/);
  });

  it('may be hot by memory alone', () => {
    const finding = found(6, 4, (t, pod) => used(0.1 * wobble(t, pod), pod === 2 ? 700 : 250));
    const ratio = finding?.values['memoryRatio'] ?? 0;
    assert.ok(ratio > 2.6 && ratio < 3, `${ratio}`);
    assert.equal(finding?.values['cpuRatio'], undefined);
    assert.match(finding?.text ?? '', /uses 2\.8 times the memory of the median replica/);
  });

  it('may be several of many', () => {
    const finding = found(12, 4, (t, pod) => used((pod < 3 ? 0.6 : 0.1) * wobble(t, pod)));
    assert.equal(finding?.values['pods'], 3);
    assert.match(finding?.text ?? '', /^3 of 12 replicas use /);
  });
});

describe('no hot replica', () => {
  const shapes: Readonly<Record<string, readonly [pods: number, days: number, use: Use]>> = {
    'is one of evenly loaded ones': [8, 7, (t, pod) => used(0.3 * wobble(t, pod))],
    'is one of two, of which one only stands by': [2, 7, (_, pod) => used(pod === 0 ? 0.5 : 0.01)],
    'is one that is hot for an hour a day': [
      6,
      7,
      (t, pod) => used(pod === 1 && t % DAY < 3600 ? 3 : 0.2 * wobble(t, pod)),
    ],
    'is one that was hot on a single day': [
      6,
      7,
      (t, pod) => used(pod === 1 && t >= 5 * DAY && t < 6 * DAY ? 3 : 0.2),
    ],
    'is the load when it wanders from pod to pod': [
      6,
      7,
      (t, pod) => used(Math.floor(t / 7200) % 6 === pod ? 1 : 0.1),
    ],
    'is half of the pods': [6, 7, (t, pod) => used((pod < 3 ? 0.6 : 0.1) * wobble(t, pod))],
    'is a great ratio of next to nothing': [5, 7, (_, pod) => used(pod === 0 ? 0.02 : 0.001)],
  };
  for (const [name, [pods, days, use]] of Object.entries(shapes)) {
    it(name, () => {
      assert.equal(found(pods, days, use)?.text, undefined);
    });
  }
});
