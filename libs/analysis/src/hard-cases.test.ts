/** Cases that other recommenders get wrong, from the readings of single pods to the answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, epochDay } from '@trimtab/units';
import { type Analysis, analyse } from './analyse.ts';
import { type PlayedPod, playDays, stepsOver } from './findings/played-days.ts';
import { defaultPlan } from './recommend/index.ts';

const MIB = 2 ** 20;
const MINUTE = 60;
const DAY = 86_400;

function analysed(days: number, pods: readonly PlayedPod[]): Analysis {
  const input = { days: playDays(pods), sizes: {}, asOfDay: epochDay(20_000 + days) };
  return analyse(input, defaultPlan('balanced'));
}

function cpuRequest({ cpu }: Analysis): number {
  return cpu.kind === 'recommended' ? cpu.request : assert.fail(cpu.reason);
}

test('pods of 15 minutes that start with 1.5 cores keep 0.1 core as their steady state, and 1.5 told apart', () => {
  const days = 7;
  // Two at a time, one begun 8 minutes after the other.
  const pods = Array.from({ length: days * 192 - 1 }, (_, run) => {
    const start = Math.floor(run / 2) * 15 * MINUTE + (run % 2) * 8 * MINUTE;
    const steps = Array.from({ length: 15 }, (_, minute) => ({
      ...{ t: start + minute * MINUTE, stepSeconds: MINUTE, uptime: (minute + 1) * MINUTE },
      cpuCores: minute < 5 ? 1.5 : 0.1,
      memoryBytes: 200 * MIB,
    }));
    return { name: `batch-${run}`, steps };
  });

  const analysis = analysed(days, pods);

  const request = cpuRequest(analysis);
  assert.ok(request >= 100 && request <= 135, `${request} m`);
  const startUp = analysis.findings.find((finding) => finding.code === 'start-up');
  assert.ok(Math.abs((startUp?.values['startUpMillicores'] ?? 0) - 1500) < 20);
  assert.equal(startUp?.values['steadyMillicores'], request);
});

test('a container of 3 m gets its true value: there is no hidden floor', () => {
  const steps = stepsOver(14, 300, () => ({ cpuCores: 0.003, memoryBytes: 6 * MIB }));

  const analysis = analysed(14, [{ name: 'sidecar-0', steps }]);

  const { memory } = analysis;
  assert.ok(cpuRequest(analysis) >= 3 && cpuRequest(analysis) <= 4, `${cpuRequest(analysis)} m`);
  assert.ok(memory.kind === 'recommended' && memory.request <= 8 * MIB);
});

test('one hot replica in 20 is flagged with its own value, which the pooled request does not reach', () => {
  const pods = Array.from({ length: 20 }, (_, pod) => ({
    name: `shard-${pod}`,
    steps: stepsOver(7, 900, () => ({ cpuCores: pod === 13 ? 0.9 : 0.1 })),
  }));

  const analysis = analysed(7, pods);

  const hot = analysis.findings.find((finding) => finding.code === 'hot-replica');
  assert.equal(hot?.severity, 'warn');
  assert.ok(Math.abs((hot?.values['cpuPeakMillicores'] ?? 0) - 900) < 10);
  assert.ok(Math.abs((hot?.values['medianCpuMillicores'] ?? 0) - 100) < 2);
  assert.ok(cpuRequest(analysis) < 900, `${cpuRequest(analysis)} m`);
});

test('a leak is recognised and raises an alert', () => {
  const steps = stepsOver(14, 300, (t) => {
    const uptime = t % (4 * DAY);
    const isEnd = uptime === 4 * DAY - 300;
    return {
      memoryBytes: Math.round((300 + (150 * uptime) / DAY) * MIB),
      oomKills: isEnd ? 1 : 0,
      ...(isEnd ? { oomLimit: bytes(900 * MIB) } : {}),
    };
  });

  const { findings } = analysed(14, [{ name: 'web-0', steps }]);

  assert.deepEqual(
    findings.map(({ code, severity }) => [code, severity]),
    [
      ['leak', 'warn'],
      ['killed', 'warn'],
    ],
  );
});
