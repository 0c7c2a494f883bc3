import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VpaAggregate, VpaInstance } from './aggregate.ts';
import { estimateVpa, VPA_DEFAULTS, type VpaOptions } from './estimate.ts';
import { VPA_CPU_BUCKETS, VPA_MEMORY_BUCKETS, VpaHistogram } from './histogram.ts';

// Expected values come from the estimator of Kubernetes' own recommender, run on the same scenarios.

const START_MS = Date.parse('2026-03-02T09:30:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIB = 2 ** 20;
const DAY = 1440;
const DAY_MS = 24 * HOUR_MS;

interface Sample {
  readonly cpuMillicores: number;
  readonly memoryBytes: number;
}

function feed(
  instance: VpaInstance,
  minutes: { readonly from: number; readonly count: number },
  sampleAt: (minute: number) => Sample,
): void {
  for (let minute = minutes.from; minute < minutes.from + minutes.count; minute += 1) {
    const { cpuMillicores, memoryBytes } = sampleAt(minute);
    instance.addCpu(cpuMillicores, START_MS + minute * MINUTE_MS);
    instance.addMemory(memoryBytes, START_MS + minute * MINUTE_MS);
  }
}

function steady(cpuMillicores: number, mebibytes: number): () => Sample {
  return () => ({ cpuMillicores, memoryBytes: mebibytes * MIB });
}

function fed(count: number, sampleAt: (minute: number) => Sample): VpaAggregate {
  const aggregate = new VpaAggregate();
  feed(new VpaInstance(aggregate), { from: 0, count }, sampleAt);
  return aggregate;
}

function figures(aggregate: VpaAggregate, options: VpaOptions = VPA_DEFAULTS): number[][] {
  const { cpu, memory } = estimateVpa(aggregate, options);
  return [
    [cpu.lower, cpu.target, cpu.upper],
    [memory.lower, memory.target, memory.upper],
  ];
}

function wave(minute: number): Sample {
  const x = Math.sin((2 * Math.PI * (minute % DAY)) / DAY);
  return {
    cpuMillicores: Math.floor(500 + 400 * x + 0.5),
    memoryBytes: Math.floor((800 + 200 * x) * MIB + 0.5),
  };
}

test('answers the golden vectors of steady, waving, young and small containers', () => {
  assert.deepEqual(figures(fed(8 * DAY, steady(250, 300))), [
    [295, 296, 333],
    [380163416, 380258472, 427794907],
  ]);
  assert.deepEqual(figures(fed(7 * DAY, wave)), [
    [475, 1038, 1186],
    [1238305912, 1238659775, 1415628727],
  ]);
  assert.deepEqual(figures(fed(30, steady(100, 600))), [
    [114, 126, 6382],
    [693468326, 764046746, 38702919650],
  ]);
  assert.deepEqual(figures(fed(DAY, steady(3, 20))), [
    [25, 25, 25],
    [262144000, 262144000, 262144000],
  ]);
});

test('forgets a weekly memory peak within three days, as the golden vectors say', () => {
  const aggregate = new VpaAggregate();
  const instance = new VpaInstance(aggregate);
  feed(instance, { from: 0, count: 7 * DAY }, steady(100, 400));
  feed(instance, { from: 7 * DAY, count: 60 }, steady(2000, 2048));
  const seen = [figures(aggregate)];
  for (let day = 0; day < 5; day += 1) {
    feed(instance, { from: 7 * DAY + 60 + day * DAY, count: DAY }, steady(100, 400));
    seen.push(figures(aggregate));
  }
  assert.deepEqual(seen, [
    [
      [125, 126, 143],
      [2538655887, 2539377048, 2900034208],
    ],
    [
      [125, 126, 141],
      [511645718, 2539377048, 2855181776],
    ],
    [
      [125, 126, 139],
      [511659792, 2539377048, 2820251381],
    ],
    [
      [125, 126, 138],
      [511671064, 511772986, 2792278559],
    ],
    [
      [125, 126, 137],
      [511680294, 511772986, 558125152],
    ],
    [
      [125, 126, 136],
      [511687991, 511772986, 554275615],
    ],
  ]);
});

test('learns from an OOM kill by the request, as the golden vector says', () => {
  const aggregate = new VpaAggregate();
  const instance = new VpaInstance(aggregate);
  feed(instance, { from: 0, count: 2 * DAY }, steady(100, 400));
  instance.addOomKill(512 * MIB, START_MS + 2 * DAY * MINUTE_MS - 30_000);
  assert.deepEqual(figures(aggregate), [
    [125, 126, 189],
    [763283006, 764046746, 1146202812],
  ]);
});

test('merges two replicas and divides the floors among containers, as the golden vectors say', () => {
  const aggregate = fed(3 * DAY, steady(200, 200));
  aggregate.merge(fed(3 * DAY, steady(800, 800)));
  assert.deepEqual(figures(aggregate), [
    [246, 920, 1226],
    [262144000, 978270031, 1304435542],
  ]);
  assert.deepEqual(figures(aggregate, { ...VPA_DEFAULTS, containers: 2 }), [
    [246, 920, 1226],
    [247988088, 978270031, 1304435542],
  ]);
});

test('loses the peak of a window that begins with a reading of zero, as the golden vector says', () => {
  const aggregate = fed(1000, (minute) => ({
    cpuMillicores: 100,
    memoryBytes: minute === 0 ? 0 : 900 * MIB,
  }));
  assert.deepEqual(figures(aggregate), [
    [125, 126, 307],
    [262144000, 262144000, 262144000],
  ]);
});

test('puts 400,002 values into the same buckets as the original', () => {
  const checksum = (histogram: VpaHistogram, valueAt: (i: number) => number): number => {
    let sum = 0;
    for (let i = 0; i <= 200_000; i += 1) {
      sum = (31 * sum + histogram.bucketOf(valueAt(i))) % 1_000_000_007;
    }
    return sum;
  };
  const cpu = new VpaHistogram(VPA_CPU_BUCKETS, DAY_MS);
  const memory = new VpaHistogram(VPA_MEMORY_BUCKETS, DAY_MS);
  assert.equal(
    checksum(cpu, (i) => i / 1000),
    456296610,
  );
  assert.equal(
    checksum(memory, (i) => i * MIB),
    55955980,
  );
});

test('has 176 buckets that begin where the original has them', () => {
  const cpu = new VpaHistogram(VPA_CPU_BUCKETS, DAY_MS);
  const starts = [
    [1, 0.01],
    [2, 0.0205],
    [10, 0.12577893],
    [50, 2.09347996],
    [100, 26.1002516],
    [175, 1021.10941],
  ] as const;
  assert.equal(cpu.size, 176);
  assert.equal(new VpaHistogram(VPA_MEMORY_BUCKETS, DAY_MS).size, 176);
  for (const [bucket, start] of starts) {
    assert.ok(Math.abs(cpu.startOf(bucket) / start - 1) < 1e-7, `bucket ${bucket}`);
  }
});

test('lets six hours of minutes outvote eight days that came by the hour', () => {
  const hourly = bootstrapped({ stepMinutes: 60 });
  const byTheMinute = bootstrapped({ stepMinutes: 1 });
  assert.deepEqual([hourly.before, hourly.after], [1168, 126]);
  assert.deepEqual([byTheMinute.before, byTheMinute.after], [1168, 1168]);
});

/** 8 days at 1000 m in the given step, then 6 hours at 100 m by the minute: the target before and after. */
function bootstrapped(history: { stepMinutes: number }): { before: number; after: number } {
  const aggregate = new VpaAggregate();
  const instance = new VpaInstance(aggregate);
  for (let minute = 0; minute < 8 * DAY; minute += history.stepMinutes) {
    instance.addCpu(1000, START_MS + minute * MINUTE_MS);
  }
  const before = estimateVpa(aggregate).cpu.target;
  for (let minute = 8 * DAY; minute < 8 * DAY + 360; minute += 1) {
    instance.addCpu(100, START_MS + minute * MINUTE_MS);
  }
  return { before, after: estimateVpa(aggregate).cpu.target };
}

test('shows nothing below and no limit above while it knows nothing', () => {
  const { cpu } = estimateVpa(new VpaAggregate(), { ...VPA_DEFAULTS, containers: 0 });
  assert.deepEqual(cpu, { lower: 0, target: 0, upper: 1e14 });
  const one = new VpaAggregate();
  new VpaInstance(one).addCpu(100, START_MS);
  assert.equal(estimateVpa(one).cpu.upper, 1e14);
});

test('drops samples that are negative or come late', () => {
  const aggregate = new VpaAggregate();
  const instance = new VpaInstance(aggregate);
  instance.addCpu(100, START_MS);
  instance.addCpu(9000, START_MS);
  instance.addCpu(-1, START_MS + 1);
  instance.addMemory(100 * MIB, START_MS);
  instance.addMemory(900 * MIB, START_MS - 1);
  instance.addOomKill(900 * MIB, START_MS - 25 * HOUR_MS);
  assert.equal(aggregate.count, 1);
  assert.equal(estimateVpa(aggregate, { ...VPA_DEFAULTS, containers: 0 }).cpu.target, 126);
});
