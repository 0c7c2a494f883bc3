import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytes, epochDay, millicores } from '@trimtab/units';
import type { Finding, FindingCode, FindingFacts } from './finding.ts';
import { findingsOf } from './findings.ts';
import { playDays, type Step, stepsOver } from './played-days.ts';

const MIB = 2 ** 20;
const DAY = 86_400;

function found(
  days: number,
  make: (t: number) => Omit<Step, 't' | 'stepSeconds'>,
  more: Partial<FindingFacts> = {},
): readonly Finding[] {
  const played = playDays([{ name: 'app-0', steps: stepsOver(days, 300, make) }]);
  return findingsOf({ days: played, sizes: {}, asOfDay: epochDay(20_000 + days), ...more });
}

function one(findings: readonly Finding[], code: FindingCode): Finding {
  assert.deepEqual(
    findings.map((finding) => finding.code),
    [code],
  );
  return findings[0] ?? assert.fail();
}

const steady = { cpuCores: 0.2, memoryBytes: 300 * MIB };

describe('findings', () => {
  it('are none of a steady container, and none without history', () => {
    assert.deepEqual(
      found(14, () => steady),
      [],
    );
    assert.deepEqual(findingsOf({ days: [], sizes: {}, asOfDay: epochDay(1) }), []);
  });

  it('put what fails before what is good to know', () => {
    const findings = found(8, (t) => ({
      cpuCores: 0.001,
      memoryBytes: 300 * MIB,
      oomKills: t === DAY ? 1 : 0,
    }));
    assert.deepEqual(
      findings.map(({ code, severity }) => [code, severity]),
      [
        ['killed', 'warn'],
        ['idle', 'info'],
      ],
    );
  });
});

describe('a kill', () => {
  it('is told with count, days, highest limit and age, for 14 days', () => {
    const kill = (t: number) => ({
      ...steady,
      oomKills: t === 2 * DAY || t === 9 * DAY ? 2 : 0,
      oomLimit: bytes((t < 5 * DAY ? 512 : 256) * MIB),
    });
    const { text, short, values } = one(found(14, kill), 'killed');
    assert.equal(short, 'killed 4 times');
    assert.equal(
      text,
      'killed 4 times for lack of memory on 2 days of the last 14, at a limit of 512 MiB; last 5 days ago',
    );
    assert.equal(values['limitBytes'], 512 * MIB);
    const later = { asOfDay: epochDay(20_024) };
    assert.deepEqual(found(14, kill, later), []);
  });

  it('is told of the days that counted kills, whatever the others did', () => {
    const kill = (t: number) => ({ ...steady, ...(t === 9 * DAY ? { oomKills: 2 } : {}) });
    const { short, values } = one(found(14, kill), 'killed');
    assert.deepEqual([short, values['daysWithKill']], ['killed twice', 1]);
  });
});

describe('throttling', () => {
  const throttled =
    (secondsOf: (t: number) => number) =>
    (t: number): Omit<Step, 't' | 'stepSeconds'> => ({ ...steady, throttledSeconds: secondsOf(t) });

  it('is told in minutes a day with the limit, and that the need is unknown', () => {
    const sizes = { cpuLimit: millicores(500) };
    const { text, values } = one(
      found(
        8,
        throttled(() => 6),
        { sizes },
      ),
      'throttled',
    );
    assert.equal(values['minutesPerDay'], 29);
    assert.match(text, /its CPU limit of 500m for 29 minutes a day .* \(mean of 7 days\)/);
    assert.match(text, /beyond the limit is unknown/);
  });

  it('is nothing to report below a hundredth of the time, or on one day only', () => {
    assert.deepEqual(
      found(
        8,
        throttled(() => 2),
      ),
      [],
    );
    assert.deepEqual(
      found(
        8,
        throttled((t) => (t > 5 * DAY && t < 6 * DAY ? 100 : 0)),
      ),
      [],
    );
  });
});

describe('a start-up need', () => {
  /** Ten starts in ten days, each with one sample in its first five minutes. */
  const starting =
    (startCores: number, steadyCores: number) =>
    (t: number): Omit<Step, 't' | 'stepSeconds'> => {
      const uptime = (t % DAY) + 300;
      return { ...steady, cpuCores: uptime <= 300 ? startCores : steadyCores, uptime };
    };

  it('is told apart from the steady state', () => {
    const more = { steadyCpu: millicores(100) };
    const { text, severity, values } = one(found(10, starting(1.5, 0.1), more), 'start-up');
    assert.equal(severity, 'info');
    assert.match(
      text,
      /^start-up needs 1\.\d+ cores \(peak 1\.5 cores\) for up to 5 minutes after a start; the steady state needs 100m$/,
    );
    assert.ok(Math.abs(Number(values['startUpMillicores']) - 1500) < 20);
  });

  it('is measured against the days themselves where nothing is recommended', () => {
    const { values } = one(found(10, starting(1.5, 0.1)), 'start-up');
    assert.ok(Math.abs(Number(values['steadyMillicores']) - 100) < 2);
  });

  it('is nothing to report where it is less than twice the steady state, small, or seen once', () => {
    assert.deepEqual(found(10, starting(0.35, 0.2)), []);
    assert.deepEqual(found(10, starting(0.09, 0.01)), []);
    assert.deepEqual(found(3, starting(1.5, 0.1)), []);
  });
});

describe('an idle container', () => {
  it('is one without work for a week or more', () => {
    const { text, values } = one(
      found(9, () => ({ cpuCores: 0.002 })),
      'idle',
    );
    assert.equal(values['days'], 9);
    assert.match(text, /^practically no CPU for 9 days: never more than 2m in any 5 minutes/);
  });

  it('is not one that works for 5 minutes a week, nor one seen for six days or long ago', () => {
    const longAgo = { asOfDay: epochDay(20_013) };
    assert.deepEqual(
      found(9, () => ({ cpuCores: 0.002 }), longAgo),
      [],
    );
    assert.deepEqual(
      found(14, (t) => ({ cpuCores: t % (7 * DAY) === 5 * DAY ? 0.1 : 0.002 })),
      [],
    );
    assert.deepEqual(
      found(6, () => ({ cpuCores: 0.002 })),
      [],
    );
  });
});
