import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type UsageWindow, WINDOW_MS } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import { bytes, epochDay, epochHour, epochMs, hourStart } from '@trimtab/units';
import {
  type Batch,
  DEFAULT_DECODE_LIMITS,
  decodeExport,
  encodeExport,
  WireError,
} from './index.ts';
import { SAMPLE_HOUR, sampleBatch } from './sample-batches.ts';

const KEY = {
  namespace: 'n',
  ownerKind: 'Pod',
  ownerName: '',
  podName: 'p',
  podUid: 'u',
  container: 'c',
};

function batchOf(window: Partial<UsageWindow>): Batch {
  const whole = { start: hourStart(SAMPLE_HOUR), fromSecond: 0, toSecond: 300, ...window };
  return { hour: SAMPLE_HOUR, containers: [{ key: KEY, labels: {}, sizes: {}, windows: [whole] }] };
}

function assertRefused(batch: Batch): void {
  assert.throws(
    () => encodeExport(batch),
    (error) => error instanceof WireError && error.code === 'TT_WIRE_BAD_BATCH',
  );
}

test('refuses windows that no receiver would take', () => {
  assertRefused(batchOf({ start: hourStart(epochHour(SAMPLE_HOUR + 1)) }));
  assertRefused(batchOf({ start: epochMs(hourStart(SAMPLE_HOUR) + WINDOW_MS / 2) }));
  assertRefused(batchOf({ fromSecond: 300 }));
  assertRefused(batchOf({ fromSecond: -1 }));
  assertRefused(batchOf({ toSecond: 301 }));
  assertRefused(batchOf({ toSecond: 10.5 }));
  assertRefused(batchOf({ throttledSeconds: Number.NaN }));
  assertRefused(batchOf({ oomKills: -1 }));
  assertRefused(batchOf({ restarts: 0.5 }));
});

test('refuses an identity out of range', () => {
  const identity = { epoch: 1n, seq: 1, sealedDay: epochDay(1) };
  const batch = { hour: SAMPLE_HOUR, containers: [] };
  assertRefused({ ...batch, identity: { ...identity, epoch: 2n ** 64n } });
  assertRefused({ ...batch, identity: { ...identity, epoch: -1n } });
  assertRefused({ ...batch, identity: { ...identity, seq: 0 } });
});

test('leaves out what says nothing', () => {
  assert.equal(encodeExport(batchOf({})).length, 0);
  assert.equal(encodeExport(batchOf({ cpu: new Sketch(), oomLimit: bytes(1) })).length, 0);
});

test('leaves out labels that would have the whole batch refused', () => {
  const { containers, hour } = batchOf({ oomKills: 1 });
  const many = Array.from({ length: 70 }, (_, index) => [`l${index + 10}`, 'v'] as const);
  const labels = { ...Object.fromEntries(many), ['k'.repeat(243)]: 'v', huge: 'é'.repeat(1025) };
  const usages = containers.map((usage) => ({ ...usage, labels }));
  const message = decodeExport(encodeExport({ hour, containers: usages }), DEFAULT_DECODE_LIMITS);
  const attributes = message.resourceMetrics[0]?.resource?.attributes ?? [];
  assert.equal(attributes.length, 64);
  assert.equal(attributes.at(-1)?.key, 'k8s.pod.label.l67');
});

test('the sender comes first, then one resource a container in the given order', () => {
  const batch = sampleBatch({ containers: 3, windows: 1 });
  const { resourceMetrics } = decodeExport(encodeExport(batch), DEFAULT_DECODE_LIMITS);
  const names = resourceMetrics.map(({ resource }) =>
    resource?.attributes.map(({ key, value }) => `${key}=${value?.value.value}`),
  );
  assert.deepEqual(names[0], [
    'service.name=trimtab-agent',
    'trimtab.batch.epoch=0123456789abcdef',
    'trimtab.batch.seq=42',
    'trimtab.batch.sealed_day=20781',
  ]);
  assert.deepEqual(
    names.slice(1).map((attributes) => attributes?.[2]),
    batch.containers.map(({ key }) => `k8s.pod.uid=${key.podUid}`),
  );
});

test('an exponential histogram has the bytes computed by hand for its samples', () => {
  // Scale 1: base = sqrt 2. Bucket i holds (base^i, base^(i+1)]:
  // 2 = base^2 is the upper edge of bucket 1, 2.5 lies in bucket 2 = (2, 2.83], 4 = base^4 closes bucket 3.
  // Twice zero. Count 6, sum 2 + 2.5 + 2.5 + 4 = 11, offset 1, counts 1, 2, 1.
  const cpu = Sketch.of([0, 2, 2.5, 4, 2.5, 0], { scale: 1 });
  const message = decodeExport(encodeExport(batchOf({ cpu })), DEFAULT_DECODE_LIMITS);
  const hex = Buffer.from(encodeExport(batchOf({ cpu }))).toString('hex');
  const point = [
    `11${fixed64(nanosOfStart())}`, // 2: start
    `19${fixed64(nanosOfStart() + 300_000_000_000n)}`, // 3: end
    '210600000000000000', // 4: count 6
    '290000000000002640', // 5: sum 11
    '3002', // 6: scale 1, zigzag
    '390200000000000000', // 7: zero count 2
    '42070802' + '1203010201', // 8: offset 1 zigzag, counts 1 2 1
    '610000000000000000', // 12: min 0
    '690000000000001040', // 13: max 4
  ].join('');
  assert.ok(hex.includes(point), `expected ${point} in ${hex}`);
  assert.equal(message.resourceMetrics.length, 1);
});

function nanosOfStart(): bigint {
  return BigInt(hourStart(SAMPLE_HOUR)) * 1_000_000n;
}

function fixed64(value: bigint): string {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer.toString('hex');
}
