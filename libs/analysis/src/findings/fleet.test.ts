/** Every shape of the sample fleet that ships: each synthetic workload is found for what it is, and nothing else is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerSizes } from '@trimtab/history';
import { type SampleSeries, type SyntheticLabel, sampleFleet } from '@trimtab/traces';
import { coresToMillicores, epochDay } from '@trimtab/units';
import { analyse } from '../analyse.ts';
import { defaultPlan } from '../recommend/index.ts';
import type { FindingCode } from './finding.ts';
import { playDays, podOfSample } from './played-days.ts';

/** A leak that reaches its limit is also killed there. Peaks and cycles are demand: nothing to report. */
const EXPECTED: Readonly<Record<SyntheticLabel, readonly FindingCode[]>> = {
  'daily-cycle': [],
  'hot-replica': ['hot-replica'],
  idle: ['idle'],
  leak: ['leak', 'killed'],
  oom: ['killed'],
  'start-up': ['start-up'],
  throttled: ['throttled'],
  'weekly-peak': [],
};

const fleet = await Array.fromAsync(sampleFleet());

function workloads(isSynthetic: boolean): readonly (readonly SampleSeries[])[] {
  const wanted = fleet.filter((sample) => sample.isSynthetic === isSynthetic);
  const keyOf = ({ workload }: SampleSeries): string =>
    [workload.namespace, workload.kind, workload.name, workload.container].join('/');
  return [...Map.groupBy(wanted, keyOf).values()];
}

function sizesOf(sample: SampleSeries | undefined): ContainerSizes {
  const { cpuLimit, memoryLimit } = sample?.allocation ?? {};
  return {
    ...(cpuLimit === undefined ? {} : { cpuLimit: coresToMillicores(cpuLimit) }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  };
}

function codesOf(pods: readonly SampleSeries[]): FindingCode[] {
  const days = playDays(pods.map(podOfSample));
  const asOfDay = epochDay((days.at(-1)?.day ?? 0) + 1);
  const input = { days, sizes: sizesOf(pods[0]), asOfDay };
  return analyse(input, defaultPlan('balanced')).findings.map((finding) => finding.code);
}

test('each synthetic workload is found for its label and for nothing else', () => {
  const labels = new Set<string>();
  for (const pods of workloads(true)) {
    const label = pods[0]?.label ?? assert.fail('a synthetic series without a label');
    labels.add(label);
    assert.deepEqual(codesOf(pods), EXPECTED[label], label);
  }
  assert.equal(labels.size, Object.keys(EXPECTED).length);
});

test('no recorded workload raises an alarm', () => {
  const recorded = workloads(false);
  const alarms = recorded.flatMap((pods) =>
    codesOf(pods).map((code) => `${pods[0]?.set} ${pods[0]?.series.id}: ${code}`),
  );
  assert.ok(recorded.length > 40, `${recorded.length} workloads`);
  assert.deepEqual(alarms, []);
});
