import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContainerUsage, decodeBlock, encodeBlock, WINDOW_MS } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import {
  bytes,
  durationMs,
  epochHour,
  epochMs,
  HOUR_MS,
  hourStart,
  MINUTE_MS,
  millicores,
} from '@trimtab/units';
import type {
  ExponentialHistogramDataPoint,
  Metric,
  NumberDataPoint,
} from './gen/otlp/metrics_pb.ts';
import {
  DEFAULT_DECODE_LIMITS,
  decodeExport,
  type ExportMessage,
  encodeExport,
  type RejectionCode,
  readBatches,
  WireError,
} from './index.ts';
import { SAMPLE_HOUR, SAMPLE_NOW, sampleBatch } from './sample-batches.ts';

const START = hourStart(SAMPLE_HOUR);
const CPU = 'container.cpu.usage';
const MEMORY = 'container.memory.working_set';

const USAGE: ContainerUsage = {
  key: {
    namespace: 'shop',
    ownerKind: 'ReplicaSet',
    ownerName: 'cart-1',
    podName: 'cart-1-a',
    podUid: 'uid-a',
    container: 'app',
  },
  labels: { app: 'cart' },
  sizes: { cpuRequest: millicores(250), memoryLimit: bytes(2 ** 28) },
  windows: [
    {
      start: START,
      fromSecond: 0,
      toSecond: 300,
      cpu: Sketch.of([0, 0.5, 1.5]),
      memory: Sketch.of([100, 200]),
      throttledSeconds: 1.5,
      oomKills: 1,
      oomLimit: bytes(300),
      restarts: 1,
    },
  ],
};
/** cpu, memory, throttled, kills, restarts, two sizes. */
const POINTS = 7;

/** A message of one container, changed by the test before it is read. */
function messageOf(usage: ContainerUsage = USAGE): ExportMessage {
  const encoded = encodeExport({ hour: SAMPLE_HOUR, containers: [usage] });
  return decodeExport(encoded, DEFAULT_DECODE_LIMITS);
}

function read(message: ExportMessage) {
  return readBatches(message, { now: SAMPLE_NOW, maxAgeMs: durationMs(2 * HOUR_MS) });
}

function metricOf(message: ExportMessage, name: string): Metric {
  const metrics = message.resourceMetrics.flatMap(
    (resource) => resource.scopeMetrics[0]?.metrics ?? [],
  );
  const metric = metrics.find((it) => it.name === name);
  assert.ok(metric, `message without ${name}`);
  return metric;
}

function pointsOf(metric: Metric): (ExponentialHistogramDataPoint | NumberDataPoint)[] {
  const { data } = metric;
  assert.ok(data.case === 'sum' || data.case === 'gauge' || data.case === 'exponentialHistogram');
  return data.value.dataPoints;
}

function sketchPoint(message: ExportMessage): ExponentialHistogramDataPoint {
  const [point] = pointsOf(metricOf(message, CPU));
  assert.ok(point?.$typeName === 'trimtab.otlp.ExponentialHistogramDataPoint');
  return point;
}

function numberPoint(message: ExportMessage, name: string): NumberDataPoint {
  const [point] = pointsOf(metricOf(message, name));
  assert.ok(point?.$typeName === 'trimtab.otlp.NumberDataPoint');
  return point;
}

function nanos(ms: number): bigint {
  return BigInt(ms) * 1_000_000n;
}

interface Bad {
  readonly what: string;
  readonly code: RejectionCode;
  readonly change: (message: ExportMessage) => void;
  /** Points it costs; 1 unless told. */
  readonly points?: number;
  /** What the example must say. */
  readonly example: RegExp;
}

const BAD: readonly Bad[] = [
  {
    what: 'a number that is NaN',
    code: 'TT_WIRE_POINT_NOT_FINITE',
    change: (message) => {
      numberPoint(message, 'container.cpu.throttled_time').value = {
        case: 'asDouble',
        value: Number.NaN,
      };
    },
    example:
      /resource 0 \("shop" "cart-1-a" "app"\), metric "container.cpu.throttled_time", point 0: found value NaN/,
  },
  {
    what: 'a sum of samples that is infinite',
    code: 'TT_WIRE_POINT_NOT_FINITE',
    change: (message) => {
      sketchPoint(message).sum = Number.POSITIVE_INFINITY;
    },
    example: /found sum Infinity; expected a finite number/,
  },
  {
    what: 'a negative number',
    code: 'TT_WIRE_POINT_NEGATIVE',
    change: (message) => {
      numberPoint(message, 'container.restarts').value = { case: 'asInt', value: -1n };
    },
    example: /found value -1; expected 0 or more/,
  },
  {
    what: 'samples below zero',
    code: 'TT_WIRE_POINT_NEGATIVE',
    change: (message) => {
      const point = sketchPoint(message);
      if (point.positive) point.negative = { ...point.positive, bucketCounts: [1n] };
    },
    example: /found samples below zero; expected none/,
  },
  {
    what: 'a window more than ten minutes ahead',
    code: 'TT_WIRE_POINT_FUTURE',
    change: (message) => {
      sketchPoint(message).startTimeUnixNano = nanos(SAMPLE_NOW + 10 * MINUTE_MS);
      sketchPoint(message).timeUnixNano = nanos(SAMPLE_NOW + 10 * MINUTE_MS + 1_000);
    },
    example: /601000 ms ahead; expected at most 600000 ms: check the clock/,
  },
  {
    what: 'a window older than the limit',
    code: 'TT_WIRE_POINT_TOO_OLD',
    change: (message) => {
      sketchPoint(message).startTimeUnixNano = nanos(SAMPLE_NOW - 2 * HOUR_MS - 60_000);
      sketchPoint(message).timeUnixNano = nanos(SAMPLE_NOW - 2 * HOUR_MS - 1_000);
    },
    example: /7201000 ms ago; expected at most 7200000 ms/,
  },
  {
    what: 'a size older than the limit',
    code: 'TT_WIRE_POINT_TOO_OLD',
    change: (message) => {
      numberPoint(message, 'k8s.container.cpu_request').timeUnixNano = nanos(1_000);
    },
    example: /ms ago/,
  },
  {
    what: 'a cover over two windows',
    code: 'TT_WIRE_POINT_COVER',
    change: (message) => {
      sketchPoint(message).timeUnixNano = nanos(START + WINDOW_MS + 1_000);
    },
    example:
      /found seconds \d+ to \d+; expected at least one second within one UTC window of 300 s/,
  },
  {
    what: 'a cover that ends where it starts',
    code: 'TT_WIRE_POINT_COVER',
    change: (message) => {
      sketchPoint(message).timeUnixNano = sketchPoint(message).startTimeUnixNano;
    },
    example: /expected at least one second/,
  },
  {
    what: 'a delta without its start',
    code: 'TT_WIRE_POINT_COVER',
    change: (message) => {
      sketchPoint(message).startTimeUnixNano = 0n;
    },
    example: /found no start time/,
  },
  {
    what: 'points of a resource without the pod uid',
    code: 'TT_WIRE_POINT_ATTRIBUTE',
    points: POINTS,
    change: (message) => {
      const resource = message.resourceMetrics[0]?.resource;
      if (resource)
        resource.attributes = resource.attributes.filter((it) => it.key !== 'k8s.pod.uid');
    },
    example:
      /^resource 0, metric "container.cpu.usage": found no attribute k8s.pod.uid; expected a text/,
  },
  {
    what: 'points of a resource with an empty name',
    code: 'TT_WIRE_POINT_ATTRIBUTE',
    points: POINTS,
    change: (message) => setAttribute(message, 'k8s.container.name', ''),
    example: /found an empty k8s.container.name/,
  },
  {
    what: 'points of a resource with a zero character in a label',
    code: 'TT_WIRE_POINT_ATTRIBUTE',
    points: POINTS,
    change: (message) => setAttribute(message, 'k8s.pod.label.app', 'a\0b'),
    example: /found a zero character in "k8s.pod.label.app"/,
  },
  {
    what: 'points of a resource with a key twice',
    code: 'TT_WIRE_POINT_ATTRIBUTE',
    points: POINTS,
    change: (message) => {
      const attributes = message.resourceMetrics[0]?.resource?.attributes ?? [];
      attributes.push(...attributes.slice(0, 1));
    },
    example: /found attribute "k8s.namespace.name" twice/,
  },
  {
    what: 'a point that is only a part of the whole',
    code: 'TT_WIRE_POINT_ATTRIBUTE',
    change: (message) => addPointAttribute(message, 'cpu.mode', 'user'),
    example: /found point attribute "cpu.mode"; expected trimtab.phase/,
  },
  {
    what: 'an unknown phase',
    code: 'TT_WIRE_POINT_ATTRIBUTE',
    change: (message) => addPointAttribute(message, 'trimtab.phase', 'shutdown'),
    example: /found trimtab.phase "shutdown"; expected startup/,
  },
  {
    what: 'cumulative histograms',
    code: 'TT_WIRE_POINT_TEMPORALITY',
    change: (message) => {
      const { data } = metricOf(message, CPU);
      if (data.case === 'exponentialHistogram') data.value.aggregationTemporality = 2;
    },
    example: /found aggregation temporality 2; expected 1 \(1 is delta, 2 cumulative\)/,
  },
  {
    what: 'a wrong unit',
    code: 'TT_WIRE_POINT_UNIT',
    change: (message) => {
      metricOf(message, MEMORY).unit = 'MiBy';
    },
    example: /found unit "MiBy"; expected "By"/,
  },
  {
    what: 'an unknown metric',
    code: 'TT_WIRE_POINT_METRIC',
    change: (message) => {
      metricOf(message, MEMORY).name = 'container.memory.rss';
    },
    example: /found metric "container.memory.rss"/,
  },
  {
    what: 'a known metric of another kind',
    code: 'TT_WIRE_POINT_KIND',
    change: (message) => {
      const metric = metricOf(message, 'container.cpu.throttled_time');
      if (metric.data.case !== 'sum') return;
      const { dataPoints } = metric.data.value;
      metric.data = { case: 'gauge', value: { $typeName: 'trimtab.otlp.Gauge', dataPoints } };
    },
    example: /found a metric of kind gauge; expected sum/,
  },
  {
    what: 'bucket counts that do not add up to the count',
    code: 'TT_WIRE_POINT_BUCKETS',
    change: (message) => {
      sketchPoint(message).count = 4n;
    },
    example: /found buckets that add up to 3; expected the count 4/,
  },
  {
    what: 'a maximum outside the buckets',
    code: 'TT_WIRE_POINT_BUCKETS',
    change: (message) => {
      sketchPoint(message).max = 1000;
    },
    example: /found a histogram against itself/,
  },
  {
    what: 'a scale outside the range of OTLP',
    code: 'TT_WIRE_POINT_BUCKETS',
    change: (message) => {
      sketchPoint(message).scale = 21;
    },
    example: /found scale 21; expected -10 to 20/,
  },
  {
    what: 'a zero bucket that hides real samples',
    code: 'TT_WIRE_POINT_BUCKETS',
    change: (message) => {
      sketchPoint(message).zeroThreshold = 0.1;
    },
    example: /found zero threshold 0.1/,
  },
  {
    what: 'a second point of the same metric and window',
    code: 'TT_WIRE_POINT_DUPLICATE',
    change: (message) => {
      const points = pointsOf(metricOf(message, 'container.restarts'));
      points.push(...points);
    },
    points: 1,
    example: /point 1: found a second point for seconds/,
  },
  {
    what: 'a point that says it has no value',
    code: 'TT_WIRE_POINT_VALUE',
    change: (message) => {
      numberPoint(message, 'container.restarts').flags = 1;
    },
    example: /found a point without a value/,
  },
  {
    what: 'a count that is no whole number',
    code: 'TT_WIRE_POINT_VALUE',
    change: (message) => {
      numberPoint(message, 'container.oom_kills').value = { case: 'asDouble', value: 0.5 };
    },
    example: /found value 0.5; expected a whole number/,
  },
  {
    what: 'more kills than any window can have',
    code: 'TT_WIRE_POINT_VALUE',
    change: (message) => {
      numberPoint(message, 'container.oom_kills').value = { case: 'asInt', value: 2n ** 53n - 1n };
    },
    example: /found 9007199254740991 kills in a window; expected at most 1000000/,
  },
  {
    what: 'more samples than any window can have',
    code: 'TT_WIRE_POINT_VALUE',
    change: (message) => {
      sketchPoint(message).zeroCount += 2n ** 52n;
      sketchPoint(message).count += 2n ** 52n;
    },
    example: /samples in a window; expected at most 1000000/,
  },
];

function setAttribute(message: ExportMessage, key: string, value: string): void {
  for (const attribute of message.resourceMetrics[0]?.resource?.attributes ?? []) {
    if (attribute.key === key && attribute.value) {
      attribute.value.value = { case: 'stringValue', value };
    }
  }
}

function addPointAttribute(message: ExportMessage, key: string, text: string): void {
  const value = { case: 'stringValue' as const, value: text };
  sketchPoint(message).attributes.push({
    $typeName: 'trimtab.otlp.KeyValue',
    key,
    value: { $typeName: 'trimtab.otlp.AnyValue', value },
  });
}

for (const { what, code, change, points = 1, example } of BAD) {
  test(`drops and counts ${what}, and keeps the rest`, () => {
    const message = messageOf();
    change(message);
    const { rejected, points: taken, hours } = read(message);
    assert.equal(rejected.count, points);
    assert.deepEqual(
      rejected.reasons.map((reason) => [reason.code, reason.count]),
      [[code, points]],
    );
    assert.match(rejected.reasons[0]?.example ?? '', example);
    assert.equal(taken, POINTS - (code === 'TT_WIRE_POINT_DUPLICATE' ? 0 : points));
    assert.equal(hours.length, points === POINTS ? 0 : 1);
  });
}

test('a rejected metric leaves its part of the window absent, not zero', () => {
  const message = messageOf();
  metricOf(message, MEMORY).unit = 'KiBy';
  const window = read(message).hours[0]?.containers[0]?.windows[0];
  assert.ok(window);
  assert.equal('memory' in window, false);
  assert.equal(window.cpu?.count, 3);
});

test('of two windows that share a second the longer stays', () => {
  const [window] = USAGE.windows;
  assert.ok(window);
  const early = { ...window, toSecond: 100 };
  const late = { ...window, fromSecond: 50 };
  const { rejected, hours } = read(messageOf({ ...USAGE, windows: [early, late] }));
  assert.deepEqual(
    rejected.reasons.map(({ code, count }) => [code, count]),
    [['TT_WIRE_POINT_OVERLAP', 5]],
  );
  assert.deepEqual(
    hours[0]?.containers[0]?.windows.map(({ fromSecond, toSecond }) => [fromSecond, toSecond]),
    [[50, 300]],
  );
});

test('parts of one window with a hole between them are joined into one that a block can hold', () => {
  const [window] = USAGE.windows;
  assert.ok(window);
  const parts = [
    { ...window, fromSecond: 200 },
    { ...window, toSecond: 150 },
  ];
  const { rejected, hours } = read(messageOf({ ...USAGE, windows: parts }));
  assert.equal(rejected.count, 0);
  const [hour] = hours;
  assert.ok(hour);
  const [joined, ...others] = hour.containers[0]?.windows ?? [];
  assert.deepEqual(others, []);
  assert.deepEqual([joined?.fromSecond, joined?.toSecond, joined?.gapSeconds], [0, 300, 50]);
  assert.equal(joined?.cpu?.count, 2 * (window.cpu?.count ?? Number.NaN));
  assert.equal(decodeBlock(encodeBlock(hour)).containers[0]?.windows[0]?.gapSeconds, 50);
});

test('a message over two hours is taken apart by the hour, of a sender without identity too', () => {
  const earlier = { hour: SAMPLE_HOUR, containers: [USAGE] };
  const later = {
    hour: epochHour(SAMPLE_HOUR + 1),
    containers: [{ ...USAGE, windows: [], sizes: { cpuLimit: millicores(1500) } }],
  };
  const message = decodeExport(
    Buffer.concat([encodeExport(later), encodeExport(earlier)]),
    DEFAULT_DECODE_LIMITS,
  );
  const { hours, identity, rejected } = read(message);
  assert.equal(identity, undefined);
  assert.equal(rejected.count, 0);
  assert.deepEqual(
    hours.map(({ hour, containers }) => [hour - SAMPLE_HOUR, containers[0]?.windows.length]),
    [
      [0, 1],
      [1, 0],
    ],
  );
  assert.deepEqual(hours[1]?.containers[0]?.sizes, { cpuLimit: 1500 });
});

test('resources of the same container are put together', () => {
  const cpuOnly = {
    ...USAGE,
    sizes: {},
    windows: USAGE.windows.map(({ memory: _, ...rest }) => rest),
  };
  const message = messageOf(cpuOnly);
  const second = messageOf({
    ...USAGE,
    sizes: {},
    windows: USAGE.windows.map(({ start, fromSecond, toSecond, memory }) => ({
      start,
      fromSecond,
      toSecond,
      ...(memory === undefined ? {} : { memory }),
    })),
  });
  message.resourceMetrics.push(...second.resourceMetrics);
  const { hours, rejected } = read(message);
  assert.equal(rejected.count, 0);
  assert.equal(hours[0]?.containers.length, 1);
  assert.equal(hours[0]?.containers[0]?.windows[0]?.memory?.count, 2);
});

test('moments between seconds go to the nearest one', () => {
  const message = messageOf({ ...USAGE, sizes: {}, windows: USAGE.windows.slice(0, 1) });
  for (const metric of message.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? []) {
    for (const point of pointsOf(metric)) {
      point.startTimeUnixNano = nanos(START) - 400_000_000n;
      point.timeUnixNano = nanos(START + WINDOW_MS) + 400_000_000n;
    }
  }
  const window = read(message).hours[0]?.containers[0]?.windows[0];
  assert.deepEqual([window?.start, window?.fromSecond, window?.toSecond], [START, 0, 300]);
});

test('of a size told twice in an hour the newest stays', () => {
  const message = messageOf();
  const points = pointsOf(metricOf(message, 'k8s.container.cpu_request'));
  const { $typeName } = numberPoint(message, 'k8s.container.cpu_request');
  const template = numberPoint(message, 'k8s.container.cpu_request');
  for (const [second, cores] of [
    [600, 0.75],
    [300, 0.5],
  ] as const) {
    points.push({
      ...template,
      $typeName,
      timeUnixNano: nanos(START + second * 1_000),
      value: { case: 'asDouble', value: cores },
    });
  }
  const { hours, rejected } = read(message);
  assert.equal(rejected.count, 0);
  assert.equal(hours[0]?.containers[0]?.sizes.cpuRequest, 750);
});

test('an empty histogram is a point taken that measures nothing', () => {
  const message = messageOf({ ...USAGE, sizes: {}, windows: [] });
  message.resourceMetrics = messageOf().resourceMetrics;
  const point = sketchPoint(message);
  Object.assign(point, { count: 0n, zeroCount: 0n, positive: undefined });
  const { hours, rejected, points } = read(message);
  assert.deepEqual([rejected.count, points], [0, POINTS]);
  assert.equal('cpu' in (hours[0]?.containers[0]?.windows[0] ?? {}), false);
});

test('an identity that is incomplete or out of range is refused', () => {
  const changes: [string, string | bigint | undefined][] = [
    ['trimtab.batch.epoch', undefined],
    ['trimtab.batch.epoch', '123'],
    ['trimtab.batch.epoch', '0123456789ABCDEF'],
    ['trimtab.batch.seq', undefined],
    ['trimtab.batch.seq', 0n],
    ['trimtab.batch.seq', -1n],
    ['trimtab.batch.seq', 2n ** 60n],
    ['trimtab.batch.sealed_day', 2n ** 40n],
    ['trimtab.batch.sealed_day', 'today'],
  ];
  for (const [key, value] of changes) {
    const encoded = encodeExport(sampleBatch({ containers: 1, windows: 1 }));
    const message = decodeExport(encoded, DEFAULT_DECODE_LIMITS);
    const resource = message.resourceMetrics[0]?.resource;
    assert.ok(resource);
    resource.attributes = resource.attributes.filter((it) => it.key !== key || value !== undefined);
    const found = resource.attributes.find((it) => it.key === key)?.value;
    if (found) {
      found.value =
        typeof value === 'bigint'
          ? { case: 'intValue', value }
          : { case: 'stringValue', value: value ?? '' };
    }
    assert.throws(
      () => read(message),
      (error) => error instanceof WireError && error.code === 'TT_WIRE_BAD_IDENTITY',
      `${key} ${value}`,
    );
  }
});

test('counters are absent unless all four are there', () => {
  const encoded = encodeExport(sampleBatch({ containers: 1, windows: 1 }));
  const message = decodeExport(encoded, DEFAULT_DECODE_LIMITS);
  metricOf(message, 'trimtab.agent.windows.dropped').unit = 's';
  const { counters, identity, rejected } = read(message);
  assert.equal(counters, undefined);
  assert.equal(identity?.seq, 42);
  assert.equal(rejected.reasons[0]?.code, 'TT_WIRE_POINT_UNIT');
});

test('whole millicores survive the way over cores exactly', () => {
  for (let millicore = 0; millicore <= 5_000; millicore++) {
    const sizes = { cpuRequest: millicores(millicore) };
    const { hours } = read(messageOf({ ...USAGE, windows: [], sizes }));
    assert.equal(hours[0]?.containers[0]?.sizes.cpuRequest, millicore);
  }
});

test('the default tolerance for clocks ahead is ten minutes', () => {
  const late = epochMs(START + WINDOW_MS - 10 * MINUTE_MS);
  const options = { now: late, maxAgeMs: durationMs(HOUR_MS) };
  assert.equal(readBatches(messageOf(), options).rejected.count, 0);
  const earlier = { ...options, now: epochMs(late - 1) };
  assert.equal(readBatches(messageOf(), earlier).rejected.reasons[0]?.code, 'TT_WIRE_POINT_FUTURE');
});
