import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  SAMPLE_SET_LABEL,
  SAMPLE_SETS,
  SAMPLES_FOLDER,
  type SampleSeries,
  SYNTHETIC_LABEL,
  SYNTHETIC_SET,
  sampleFleet,
  TraceError,
} from './index.ts';

const DAY_SECONDS = 86_400;
/** Sets whose terms allow a copy in a release. */
const CLEAR_LICENCES = ['Apache-2.0', 'CC-BY-4.0', 'MIT'];
/** Days each series of a set has at least: the sources of the other sets are shorter than a week. */
const LEAST_DAYS: Readonly<Record<string, number>> = {
  'azure2017-vms': 14,
  'cluster-pools': 14,
  'gcd2011-jobs': 10,
  'nab-cloudwatch': 14,
};

const fleet = await Array.fromAsync(sampleFleet());
const recorded = fleet.filter((sample) => !sample.isSynthetic);
const synthetic = fleet.filter((sample) => sample.isSynthetic);

function days({ series }: SampleSeries): number {
  return ((series.t.at(-1) ?? 0) + series.stepSeconds) / DAY_SECONDS;
}

function labelled(label: string): SampleSeries[] {
  return synthetic.filter((sample) => sample.label === label);
}

function sum(values: ArrayLike<number> | undefined): number {
  return Array.from(values ?? []).reduce((total, value) => total + value, 0);
}

test('at least sixty recorded series ship, of the six sets with clear licences and no other', () => {
  assert.ok(recorded.length >= 60, `found ${recorded.length}`);
  const sets = new Set(recorded.map((sample) => sample.set));
  assert.deepEqual([...sets].sort(), SAMPLE_SETS.map((set) => set.name).sort());
  assert.ok(SAMPLE_SETS.every((set) => CLEAR_LICENCES.includes(set.licence)));
});

test('the folder holds nothing but the files of these sets and their attribution, in 2.5 MB', () => {
  const files = readdirSync(SAMPLES_FOLDER).sort();
  const expected = SAMPLE_SETS.flatMap((set) => [
    `${set.name}.csv.gz`,
    ...(set.hasAllocations ? [`${set.name}.alloc.csv`] : []),
  ]);
  assert.deepEqual(files, [...expected, 'ATTRIBUTION.md'].sort());
  const total = sum(files.map((file) => statSync(join(SAMPLES_FOLDER, file)).size));
  assert.ok(total <= 2.5e6, `found ${total} bytes`);
});

test('the attribution names each set with its number of series and its licence', () => {
  const text = readFileSync(join(SAMPLES_FOLDER, 'ATTRIBUTION.md'), 'utf8');
  for (const set of SAMPLE_SETS) {
    const count = recorded.filter((sample) => sample.set === set.name).length;
    const row = text.split('\n').find((line) => line.startsWith(`| \`${set.name}\` |`)) ?? '';
    const cells = row.split('|').map((cell) => cell.trim());
    assert.equal(cells[2], String(count), `${set.name}: ${row}`);
    assert.equal(cells[5], set.licence);
    assert.ok(text.includes(`### ${set.name}\n- Origin: `));
  }
});

test('no series of a set kept for evaluation slips in', () => {
  const ids = recorded.map((sample) => sample.series.id);
  assert.deepEqual(
    ids.filter((id) => !/^(az|cp|gcd|g19|aws|nz)-/.test(id)),
    [],
  );
  assert.equal(new Set(ids).size, ids.length);
});

test('series are long enough for a week of warm-up where the source is', () => {
  for (const sample of recorded) {
    const least = LEAST_DAYS[sample.set] ?? 0;
    assert.ok(days(sample) >= least - 0.01, `${sample.series.id} has ${days(sample)} days`);
    assert.ok(days(sample) <= 14, sample.series.id);
    assert.equal(sample.series.t[0], 0, sample.series.id);
  }
  const tasks = recorded.filter((sample) => sample.set === 'google2019-tasks');
  assert.ok(tasks.filter((sample) => days(sample) >= 7).length >= 4);
});

test('what a set lacks is absent and said in words', () => {
  for (const { set, series, allocation, whyMissing } of recorded) {
    const hasMemory = series.memoryBytes.some((value) => !Number.isNaN(value));
    assert.equal(whyMissing.memory === undefined, hasMemory, set);
    assert.equal(
      whyMissing.allocation === undefined,
      Object.keys(allocation).length === 4,
      series.id,
    );
    assert.equal(allocation.cpuRequest, allocation.cpuLimit);
    assert.equal(allocation.memoryRequest, allocation.memoryLimit);
  }
});

test('each series is one container with a stable identity of its own', () => {
  const uids = fleet.map(({ workload }) => workload.podUid);
  assert.equal(new Set(uids).size, uids.length);
  for (const { set, workload, labels, isSynthetic } of fleet) {
    assert.match(
      workload.podUid,
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.match(workload.pod, /^[a-z0-9-]+$/);
    assert.deepEqual(
      [workload.namespace, workload.kind, workload.container],
      [set, 'Deployment', 'main'],
    );
    assert.equal(labels[SAMPLE_SET_LABEL], set);
    assert.equal(labels[SYNTHETIC_LABEL], isSynthetic ? 'true' : undefined);
  }
});

test('a part of the fleet can be had by name, and a set that is not there is refused', async () => {
  const some = await Array.fromAsync(sampleFleet({ sets: ['nab-cloudwatch'] }));
  assert.deepEqual(new Set(some.map((sample) => sample.set)), new Set(['nab-cloudwatch']));
  await assert.rejects(
    Array.fromAsync(sampleFleet({ sets: ['planetlab-days'] })),
    (error) => error instanceof TraceError && error.code === 'TT_TRACE_SAMPLES',
  );
});

test('the synthetic fleet is the same numbers on every machine', () => {
  const hash = createHash('sha256');
  for (const { series, steps } of synthetic) {
    hash.update(series.id);
    for (const column of [series.t, series.cpuCores, series.memoryBytes]) {
      hash.update(column);
    }
    for (const column of Object.values(steps ?? {})) {
      hash.update(column);
    }
  }
  assert.equal(
    hash.digest('hex'),
    'ad640b9df1d58a12bb8787eb9cdf50eee44f94f3b1fd69fbda4dfaaedb3c8c45',
  );
});

test('every synthetic series has fourteen days of five samples a window, all finite', () => {
  assert.equal(synthetic.length, 12);
  for (const sample of synthetic) {
    assert.equal(sample.set, SYNTHETIC_SET);
    assert.equal(days(sample), 14);
    assert.equal(sample.series.stepSeconds, 60);
    assert.equal(sample.series.t.length, 14 * 1440);
    assert.ok(sample.series.cpuCores.every((value) => value >= 0 && value < 5));
    assert.ok(sample.series.memoryBytes.every((value) => Number.isSafeInteger(value) && value > 0));
    assert.equal(sample.steps?.startedAt.length, sample.series.t.length);
  }
});

test('the weekly peak comes once a week and stands far above the rest', () => {
  const [sample] = labelled('weekly-peak');
  const cpu = sample?.series.cpuCores ?? new Float64Array();
  const peakDays = Array.from({ length: 14 }, (_, day) => day).filter((day) =>
    cpu.subarray(day * 1440, (day + 1) * 1440).some((value) => value > 1),
  );
  assert.deepEqual(peakDays, [2, 9]);
});

test('the leak is killed at its limit, starts again small and never shows more than the limit', () => {
  const [sample] = labelled('leak');
  assert.ok(sample?.steps !== undefined);
  const { series, steps, allocation } = sample;
  assert.equal(sum(steps.oomKills), 3);
  for (const [step, kills] of steps.oomKills.entries()) {
    if (kills === 1) {
      assert.equal(series.memoryBytes[step], allocation.memoryLimit);
      assert.ok((series.memoryBytes[step + 1] ?? 0) < 300 * 2 ** 20);
      assert.equal(steps.startedAt[step + 1], series.t[step + 1]);
    }
  }
});

test('the container that runs out of memory is killed twice, with its limit in force', () => {
  const [sample] = labelled('oom');
  assert.equal(sum(sample?.steps?.oomKills), 2);
  assert.equal(sum(sample?.steps?.restarts), 2);
  assert.equal(sample?.allocation.memoryLimit, 512 * 2 ** 20);
});

test('start-up takes one and a half cores for ten minutes and a tenth of one afterwards', () => {
  const [sample] = labelled('start-up');
  assert.ok(sample?.steps !== undefined);
  const { series, steps } = sample;
  assert.equal(sum(steps.restarts), 4);
  for (const [step, t] of series.t.entries()) {
    const isStarting = t - (steps.startedAt[step] ?? 0) < 600;
    assert.equal((series.cpuCores[step] ?? 0) > 0.8, isStarting, `at ${t} s`);
  }
});

test('the throttled container never exceeds its limit and says for how long it was held back', () => {
  const [sample] = labelled('throttled');
  assert.ok(sample?.steps !== undefined);
  const { series, steps, allocation } = sample;
  const limit = allocation.cpuLimit ?? 0;
  for (const [step, seconds] of steps.throttledSeconds.entries()) {
    assert.ok((series.cpuCores[step] ?? 0) <= limit);
    assert.ok(seconds >= 0 && seconds < 60);
    assert.ok(seconds === 0 || series.cpuCores[step] === limit);
  }
  assert.ok(sum(steps.throttledSeconds) > 3600);
});

test('replicas share a workload; one of the hot ones does most of the work', () => {
  const web = labelled('daily-cycle');
  const workers = labelled('hot-replica');
  assert.deepEqual(new Set(web.map((sample) => sample.workload.name)), new Set(['web-frontend']));
  assert.equal(web.length, 3);
  const [hot = 0, ...others] = workers.map((sample) => sum(sample.series.cpuCores));
  assert.equal(others.length, 2);
  assert.ok(others.every((load) => hot > 3 * load));
});

test('the idle container uses next to nothing of what it asks for', () => {
  const [sample] = labelled('idle');
  assert.ok(sample?.series.cpuCores.every((value) => value < 0.01));
  assert.equal(sample?.allocation.cpuRequest, 1);
});
