import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeBlock, encodeBlock } from '@trimtab/history';
import { durationMs, HOUR_MS } from '@trimtab/units';
import fc from 'fast-check';
import type { Batch } from './batch.ts';
import { DEFAULT_DECODE_LIMITS, decodeExport, encodeExport, readBatches } from './index.ts';
import { batches, goldenBatch, laidOpen, SAMPLE_NOW, sampleBatch } from './sample-batches.ts';

const OPTIONS = { now: SAMPLE_NOW, maxAgeMs: durationMs(2 * HOUR_MS) };

function assertRoundTrip(batch: Batch): void {
  assertRead(encodeExport(batch), batch);
}

function assertRead(bytes: Uint8Array, batch: Batch): void {
  const read = readBatches(decodeExport(bytes, DEFAULT_DECODE_LIMITS), OPTIONS);
  assert.deepEqual(read.rejected, { count: 0, reasons: [] });
  for (const usage of read.hours) decodeBlock(encodeBlock(usage));
  assert.deepEqual(read.identity, structuredClone(batch.identity));
  assert.deepEqual(read.counters, structuredClone(batch.counters));
  const hours = batch.containers.length === 0 ? [] : [batch.hour];
  assert.deepEqual(
    read.hours.map(({ hour }) => hour),
    hours,
  );
  assert.deepEqual(
    read.hours.flatMap(({ containers }) => containers.map(laidOpen)),
    batch.containers.map(laidOpen),
  );
}

test('any batch comes back from its bytes as it was and can be kept as a block', () => {
  fc.assert(fc.property(batches, assertRoundTrip), { numRuns: 200 });
});

test('a full node comes back from its bytes as it was', () => {
  assertRoundTrip(sampleBatch({ containers: 110, windows: 1 }));
  assertRoundTrip(sampleBatch({ containers: 15, windows: 12 }));
});

test('the same batch gives the same bytes, whatever the order of its labels', () => {
  const batch = sampleBatch({ containers: 3, windows: 2 });
  const turned = {
    ...batch,
    containers: batch.containers.map((usage) => ({
      ...usage,
      labels: Object.fromEntries(Object.entries(usage.labels).reverse()),
    })),
  };
  assert.deepEqual(encodeExport(batch), encodeExport(sampleBatch({ containers: 3, windows: 2 })));
  assert.deepEqual(encodeExport(batch), encodeExport(turned));
});

test('the first version of the bytes is still what is written and read', () => {
  const bytes = readFileSync(new URL('../../testdata/batch-1.bin', import.meta.url));
  assert.deepEqual(Buffer.from(encodeExport(goldenBatch())), bytes);
  assertRead(bytes, goldenBatch());
});
