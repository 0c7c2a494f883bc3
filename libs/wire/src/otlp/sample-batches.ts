/** Batches for this package's own tests: made from a seed, or arbitrary. */
import {
  type ContainerKey,
  type ContainerSizes,
  type ContainerUsage,
  type UsageWindow,
  WINDOW_MS,
  WINDOW_SECONDS,
} from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import {
  bytes,
  type EpochHour,
  epochDay,
  epochHour,
  epochMs,
  hourStart,
  millicores,
} from '@trimtab/units';
import fc from 'fast-check';
import type { Batch } from './batch.ts';

/** 2026-11-24T06:00Z: the hour of every sample batch. */
export const SAMPLE_HOUR: EpochHour = epochHour(498_750);
/** A moment shortly after that hour. */
export const SAMPLE_NOW = epochMs(hourStart(epochHour(SAMPLE_HOUR + 1)) + 60_000);
const SAMPLES_PER_WINDOW = 20;
const MEBIBYTE = 2 ** 20;

/** A batch as a node seals it: a sample each 15 s, CPU skewed, memory nearly flat; the same for the same arguments. */
export function sampleBatch({
  containers,
  windows,
}: {
  containers: number;
  windows: number;
}): Batch {
  const random = lcg(7);
  return {
    identity: { epoch: 0x0123456789abcdefn, seq: 42, sealedDay: epochDay(20_781) },
    hour: SAMPLE_HOUR,
    counters: { sealed: 42, acked: 41, coarsened: 0, dropped: 0 },
    containers: Array.from({ length: containers }, (_, index) =>
      sampleUsage(index, windows, random),
    ),
  };
}

function sampleUsage(index: number, windows: number, random: () => number): ContainerUsage {
  const name = `shop-${(index * 7919).toString(16)}`;
  const cpuMean = 0.01 + random() ** 3;
  const memoryMean = (32 + 900 * random()) * MEBIBYTE;
  return {
    key: {
      namespace: `team-${index % 9}`,
      ownerKind: 'ReplicaSet',
      ownerName: `${name}-6d4cf56db6`,
      podName: `${name}-6d4cf56db6-x2k${index}`,
      podUid: `00000000-1111-4222-8333-${index.toString(16).padStart(12, '0')}`,
      container: index % 3 === 0 ? 'app' : 'sidecar',
    },
    labels: { app: name, 'app.kubernetes.io/part-of': 'shop' },
    sizes: {
      cpuRequest: millicores(100 + 50 * (index % 8)),
      memoryRequest: bytes(512 * MEBIBYTE),
      memoryLimit: bytes(1024 * MEBIBYTE),
    },
    windows: Array.from({ length: windows }, (_, step) => ({
      start: epochMs(hourStart(SAMPLE_HOUR) + step * WINDOW_MS),
      fromSecond: 0,
      toSecond: WINDOW_SECONDS,
      cpu: sampleSketch(() => cpuMean * 4 ** (random() - 0.5)),
      memory: sampleSketch(() => Math.round(memoryMean * (1 + 0.03 * random()))),
      throttledSeconds: index % 4 === 0 ? Math.round(random() * 40) / 10 : 0,
      oomKills: 0,
      restarts: 0,
    })),
  };
}

function sampleSketch(value: () => number): Sketch {
  return Sketch.of(Array.from({ length: SAMPLES_PER_WINDOW }, value));
}

/** A linear congruential generator, 0 to 1: enough for shapes, the same everywhere. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One batch with everything a batch can say, in constants that no machine computes differently. */
export function goldenBatch(): Batch {
  const start = hourStart(SAMPLE_HOUR);
  const key = {
    namespace: 'shop',
    ownerKind: 'ReplicaSet',
    ownerName: 'cart-6d4cf56db6',
    podName: 'cart-6d4cf56db6-x2kqp',
    podUid: '0f0e0d0c-1111-4222-8333-444455556666',
    container: 'app',
  };
  return {
    identity: { epoch: 0x0123456789abcdefn, seq: 1, sealedDay: epochDay(20_781) },
    hour: SAMPLE_HOUR,
    counters: { sealed: 1, acked: 0, coarsened: 2, dropped: 3 },
    containers: [
      {
        key,
        labels: { app: 'cart', tier: '' },
        sizes: {
          cpuRequest: millicores(250),
          cpuLimit: millicores(1500),
          memoryRequest: bytes(128 * MEBIBYTE),
          memoryLimit: bytes(256 * MEBIBYTE),
        },
        windows: [
          {
            start,
            fromSecond: 15,
            toSecond: 300,
            cpu: Sketch.of([0, 0.125, 0.3, 0.3, 0.9]),
            startupCpu: Sketch.of([1.45]),
            memory: Sketch.of([100_000_000, 101_000_000, 140_000_000]),
            throttledSeconds: 2.25,
            oomKills: 1,
            oomLimit: bytes(256 * MEBIBYTE),
            restarts: 1,
          },
          {
            start: epochMs(start + WINDOW_MS),
            fromSecond: 0,
            toSecond: 300,
            memory: Sketch.of([99_000_000]),
            throttledSeconds: 0,
            oomKills: 0,
            restarts: 0,
          },
        ],
      },
      {
        key: { ...key, ownerKind: 'Pod', ownerName: '', container: 'init' },
        labels: {},
        sizes: { memoryLimit: bytes(64 * MEBIBYTE) },
        windows: [],
      },
    ],
  };
}

/** All that a sketch says, for deepEqual. */
export function sketchParts(sketch: Sketch) {
  const { scale, count, sum, min, max, zeroCount, offset, bucketCounts } = sketch;
  return { scale, count, sum, min, max, zeroCount, offset, bucketCounts: [...bucketCounts] };
}

/** A container's usage with its sketches laid open and plain objects, so that deepEqual compares them. */
export function laidOpen(usage: ContainerUsage) {
  const windows = usage.windows.map(({ cpu, memory, startupCpu, ...rest }) => ({
    ...rest,
    ...(cpu === undefined ? {} : { cpu: sketchParts(cpu) }),
    ...(memory === undefined ? {} : { memory: sketchParts(memory) }),
    ...(startupCpu === undefined ? {} : { startupCpu: sketchParts(startupCpu) }),
  }));
  return structuredClone({ ...usage, windows });
}

const name = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }).map(withoutZero);
const anyText = fc.string({ maxLength: 40, unit: 'binary' }).map((it) => it.replaceAll('\0', ''));

function withoutZero(text: string): string {
  return text.replaceAll('\0', 'x');
}

const keys: fc.Arbitrary<ContainerKey> = fc.record({
  namespace: name,
  ownerKind: name,
  ownerName: anyText,
  podName: name,
  podUid: name,
  container: name,
});

/** Whole nanocores, which survive the way over cores. */
const cpuSizes = fc.oneof(
  fc.nat({ max: 1_000_000 }).map(millicores),
  fc.nat({ max: 2_000_000_000 }).map((nanocores) => millicores(nanocores / 1_000_000)),
);
const memorySizes = fc.maxSafeNat().map(bytes);

const sizes: fc.Arbitrary<ContainerSizes> = fc.record(
  {
    cpuRequest: cpuSizes,
    cpuLimit: cpuSizes,
    memoryRequest: memorySizes,
    memoryLimit: memorySizes,
  },
  { requiredKeys: [] },
);

function sketchesUpTo(max: number): fc.Arbitrary<Sketch> {
  const value = fc.oneof(
    fc.constantFrom(0, 1, 2, Number.MIN_VALUE, max),
    fc.double({ min: 0, max, noNaN: true }),
  );
  return fc
    .record({
      values: fc.array(value, { minLength: 1, maxLength: 30 }),
      scale: fc.integer({ min: -10, max: 20 }),
    })
    .map(({ values, scale }) => Sketch.of(values, { scale }));
}

const throttling = fc.double({ min: 0, max: 1e6, noNaN: true }).map((it) => it + 0);

type Content = Omit<UsageWindow, 'start' | 'fromSecond' | 'toSecond'>;

const contents: fc.Arbitrary<Content> = fc
  .record(
    {
      cpu: sketchesUpTo(1e9),
      memory: sketchesUpTo(Number.MAX_SAFE_INTEGER),
      startupCpu: sketchesUpTo(1e9),
      throttledSeconds: throttling,
      oomKills: fc.nat({ max: 1e6 }),
      restarts: fc.nat({ max: 1e6 }),
    },
    { requiredKeys: [] },
  )
  .filter((content) => Object.keys(content).length > 0)
  .chain((content) =>
    content.oomKills === undefined
      ? fc.constant(content)
      : fc.option(memorySizes).map((limit) => ({
          ...content,
          ...(limit === null ? {} : { oomLimit: limit }),
        })),
  );

const windows: fc.Arbitrary<UsageWindow[]> = fc
  .uniqueArray(fc.nat({ max: 11 }), { maxLength: 4 })
  .chain((steps) => fc.tuple(...steps.sort((a, b) => a - b).map((step) => windowAt(step))));

function windowAt(step: number): fc.Arbitrary<UsageWindow> {
  return fc
    .tuple(contents, fc.nat({ max: WINDOW_SECONDS - 1 }), fc.nat({ max: WINDOW_SECONDS - 1 }))
    .map(([content, a, b]) => ({
      start: epochMs(hourStart(SAMPLE_HOUR) + step * WINDOW_MS),
      fromSecond: Math.min(a, b),
      toSecond: Math.max(a, b) + 1,
      ...content,
    }));
}

const usages: fc.Arbitrary<ContainerUsage> = fc
  .record({ key: keys, labels: fc.dictionary(anyText, anyText, { maxKeys: 5 }), sizes, windows })
  .filter((usage) => usage.windows.length > 0 || Object.keys(usage.sizes).length > 0);

/** Any batch that says something of every container it names. */
export const batches: fc.Arbitrary<Batch> = fc.record(
  {
    identity: fc.record({
      epoch: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      sealedDay: fc.nat({ max: 2 ** 31 - 1 }).map(epochDay),
    }),
    hour: fc.constant(SAMPLE_HOUR),
    counters: fc.record({
      sealed: fc.maxSafeNat(),
      acked: fc.maxSafeNat(),
      coarsened: fc.maxSafeNat(),
      dropped: fc.maxSafeNat(),
    }),
    containers: fc.uniqueArray(usages, {
      maxLength: 4,
      selector: ({ key }) => JSON.stringify(key),
    }),
  },
  { requiredKeys: ['hour', 'containers'] },
);
