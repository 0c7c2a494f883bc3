/** What an encoder that shares no line with ours sends: see testdata/make-otel-sdk.mjs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { durationMs, epochMs, HOUR_MS } from '@trimtab/units';
import { DEFAULT_DECODE_LIMITS, decodeExport, readBatches } from './index.ts';
import { sketchParts } from './sample-batches.ts';

function testdata(name: string): Buffer {
  return readFileSync(new URL(`../../testdata/${name}`, import.meta.url));
}

const { startSecond, endSecond, cpu, memory } = JSON.parse(testdata('otel-sdk.json').toString());
const read = readBatches(decodeExport(testdata('otel-sdk.bin'), DEFAULT_DECODE_LIMITS), {
  now: epochMs(endSecond * 1_000),
  maxAgeMs: durationMs(HOUR_MS),
});
const [usage] = read.hours[0]?.containers ?? [];

test('reads the container, its labels and sizes from an export of the OpenTelemetry SDK', () => {
  assert.deepEqual(usage?.key, {
    namespace: 'shop',
    ownerKind: 'ReplicaSet',
    ownerName: 'cart-7d9f',
    podName: 'cart-7d9f-abcde',
    podUid: 'c0ffee00-0000-4000-8000-000000000001',
    container: 'cart',
  });
  assert.deepEqual(usage?.labels, { app: 'cart' });
  assert.deepEqual(usage?.sizes, { cpuRequest: 350, memoryLimit: 268_435_456 });
  assert.equal(read.identity, undefined);
});

test('reads its exponential histograms into the sketches of the same values', () => {
  const [window] = usage?.windows ?? [];
  assert.ok(window?.cpu && window.memory);
  assert.equal(window.start, startSecond * 1_000);
  assert.deepEqual([window.fromSecond, window.toSecond], [0, endSecond - startSecond]);
  for (const [found, values] of [
    [window.cpu, cpu],
    [window.memory, memory],
  ]) {
    assert.deepEqual(sketchParts(found), sketchParts(Sketch.of(values, { scale: found.scale })));
  }
  assert.deepEqual([window.throttledSeconds, window.restarts], [1.25, 2]);
  assert.equal('oomKills' in window, false);
});

test('drops and counts its metrics that are not ours', () => {
  assert.equal(read.points, 6);
  assert.deepEqual(
    read.rejected.reasons.map(({ code, count }) => [code, count]),
    [['TT_WIRE_POINT_METRIC', 2]],
  );
});
