import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytes, epochDay } from '@trimtab/units';
import { findLeak } from './leak.ts';
import { playDays, type Step, stepsOver } from './played-days.ts';

const MIB = 2 ** 20;
const HOUR = 3600;
const DAY = 86_400;
/** Cheap noise between -1 and 1. */
const noise = (t: number): number => 2 * ((Math.sin(t * 12.9898) * 43_758.5453) % 1) ** 2 - 1;

type Shape = (t: number) => Omit<Step, 't' | 'stepSeconds'>;

function found(days: number, shape: Shape, limitMebibytes?: number): ReturnType<typeof findLeak> {
  const played = playDays([{ name: 'app-0', steps: stepsOver(days, 300, shape) }]);
  const sizes = limitMebibytes === undefined ? {} : { memoryLimit: bytes(limitMebibytes * MIB) };
  return findLeak({ days: played, sizes, asOfDay: epochDay(20_000 + days) });
}

const memory =
  (mebibytes: (t: number) => number): Shape =>
  (t) => ({ memoryBytes: Math.round(mebibytes(t) * MIB) });

/** Grows by `perDay` from 300 MiB and starts over every `everyDays`. */
const leaking =
  (perDay: number, everyDays: number): Shape =>
  (t) => {
    const uptime = t % (everyDays * DAY);
    const isRestart = t > 0 && uptime === 0;
    return {
      memoryBytes: Math.round((300 + (perDay * uptime) / DAY + 5 * noise(t)) * MIB),
      restarts: isRestart ? 1 : 0,
    };
  };

describe('a leak', () => {
  it('is told with its speed, its restarts and the time that is left', () => {
    const finding = found(14, leaking(60, 5), 1024);
    assert.equal(finding?.severity, 'warn');
    assert.ok(Math.abs((finding?.values['bytesPerDay'] ?? 0) / MIB - 60) < 2);
    assert.equal(finding?.values['restarts'], 2);
    const left = (1024 - 300 - 4 * 60) / 60;
    assert.ok(Math.abs((finding?.values['daysToLimit'] ?? 0) - left) < 0.3);
    assert.match(
      finding?.text ?? '',
      /^memory grows by [56]\d(\.\d)? MiB a day between 2 restarts/,
    );
    assert.match(finding?.text ?? '', /its limit of 1 GiB is \d\.\d days away/);
  });

  it('is found without any restart after a week of growth, and not before', () => {
    assert.equal(found(8, leaking(40, 100))?.code, 'leak');
    assert.equal(found(7, leaking(40, 100)), undefined);
  });

  it('says nothing of restarts where nobody counted them', () => {
    const uncounted = found(
      14,
      memory((t) => 300 + (40 * t) / DAY + 5 * noise(t)),
    );
    assert.match(uncounted?.text ?? '', /^memory grows by \d\d(\.\d)? MiB a day, for up to/);
    assert.equal('restarts' in (uncounted?.values ?? {}), false);
    assert.match(found(14, leaking(40, 100))?.text ?? '', /a day without a restart, for up to/);
  });

  it('is found under a daily cycle of its visitors', () => {
    const shape = memory((t) => 300 + (30 * t) / DAY + 80 * Math.sin((2 * Math.PI * t) / DAY));
    assert.equal(found(10, shape)?.code, 'leak');
  });

  it('is found under bursts that hide it in most hours', () => {
    const shape = memory((t) => 300 + (25 * t) / DAY + (noise(t) > 0.9 ? 400 : 0));
    assert.equal(found(12, shape)?.code, 'leak');
  });

  it('is found through hours without data', () => {
    const steps = stepsOver(14, 300, (t) =>
      Math.floor(t / HOUR) % 7 === 3 ? undefined : leaking(60, 5)(t),
    );
    const played = playDays([{ name: 'app-0', steps }]);
    const finding = findLeak({ days: played, sizes: {}, asOfDay: epochDay(20_014) });
    assert.equal(finding?.code, 'leak');
  });

  it('is not what grows by less than a hundredth a day', () => {
    assert.equal(found(14, leaking(2, 100)), undefined);
  });
});

describe('no leak', () => {
  const shapes: Readonly<Record<string, Shape>> = {
    'is a plateau with noise': memory((t) => 500 + 20 * noise(t)),
    'is a daily cycle': memory((t) => 500 + 200 * Math.sin((2 * Math.PI * t) / DAY)),
    'is the sawtooth of a garbage collector within hours': memory(
      (t) => 300 + (400 * (t % (3 * HOUR))) / (3 * HOUR),
    ),
    'is a sawtooth that takes longer than a day': memory(
      (t) => 300 + (400 * (t % (31 * HOUR))) / (31 * HOUR),
    ),
    'is a cache that fills within days and saturates': memory(
      (t) => 200 + 800 * (1 - Math.exp(-t / (2 * DAY))) + 2 * noise(t),
    ),
    'is what grows with the logarithm of time': memory((t) => 200 + 100 * Math.log(1 + t / HOUR)),
    'is a cache that starts over at every release and saturates again': (t) => {
      const uptime = t % (5 * DAY);
      return {
        memoryBytes: Math.round((200 + 800 * (1 - Math.exp(-uptime / DAY))) * MIB),
        restarts: t > 0 && uptime === 0 ? 1 : 0,
      };
    },
    'is a week with its weekend': memory((t) => {
      const day = Math.floor(t / DAY) % 7;
      return 400 + (day < 5 ? 40 * day : 0) + 5 * noise(t);
    }),
    'is a week that ends with a clearing, whatever clears it': memory(
      (t) => 400 + (40 * (t % (7 * DAY))) / DAY + 5 * noise(t),
    ),
    'is one step up, as after a release': memory((t) => (t < 6 * DAY ? 300 : 500) + 5 * noise(t)),
    'is a container that never lives for a day': leaking(400, 0.5),
  };
  for (const [name, shape] of Object.entries(shapes)) {
    it(name, () => {
      assert.equal(found(14, shape)?.text, undefined);
    });
  }

  it('is what has no memory readings, or no days', () => {
    assert.equal(
      found(14, () => ({ cpuCores: 0.1 })),
      undefined,
    );
    assert.equal(findLeak({ days: [], sizes: {}, asOfDay: epochDay(20_000) }), undefined);
  });
});
