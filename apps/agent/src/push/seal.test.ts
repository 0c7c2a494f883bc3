import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLog, ManualClock } from '@trimtab/daemon';
import { type ContainerUsage, type UsageWindow, WINDOW_MS } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import { durationMs, epochMs, hourOf } from '@trimtab/units';
import { type Batches, DEFAULT_DECODE_LIMITS, decodeExport, readBatches } from '@trimtab/wire/otlp';
import { keyOf, T0 } from '../../test/readings.ts';
import type { ClosedWindow } from '../fold/index.ts';
import { decompress } from './compress.ts';
import type { SealedBatch } from './queue.ts';
import { Sealer, type SealOptions } from './seal.ts';

function sealer(options: Partial<SealOptions> = {}): Sealer {
  const clock = new ManualClock(T0);
  let epoch = 100n;
  return new Sealer({
    encoding: 'gzip',
    windowsPerBatch: 1,
    maxBatchBytes: 1_000_000,
    clock,
    log: createLog({ process: 'test', clock, write: () => undefined }),
    newEpoch: () => {
      epoch += 1n;
      return epoch;
    },
    counters: () => ({ acked: 4, coarsened: 0, dropped: 2 }),
    ...options,
  });
}

function window(index: number, fromSecond = 0, toSecond = 300): UsageWindow {
  const start = epochMs(T0 + index * WINDOW_MS);
  return { start, fromSecond, toSecond, cpu: Sketch.of([0.25, 0.5]) };
}

function closed(index: number, names: readonly string[] = ['a']): ClosedWindow {
  const usage = (name: string): ContainerUsage => ({
    key: keyOf(name),
    labels: { app: name },
    sizes: {},
    windows: [window(index)],
  });
  return { start: epochMs(T0 + index * WINDOW_MS), containers: names.map(usage) };
}

async function opened({ body, header }: SealedBatch): Promise<Batches> {
  const message = await decompress(header.encoding, body, 16_000_000);
  const age = durationMs(1e12);
  return readBatches(decodeExport(message, DEFAULT_DECODE_LIMITS), {
    now: epochMs(T0),
    maxAgeMs: age,
    maxFutureMs: age,
  });
}

async function sealAll(made: Sealer, windows: readonly ClosedWindow[]): Promise<SealedBatch[]> {
  const batches: SealedBatch[] = [];
  for (const one of windows) batches.push(...(await made.take(one)));
  batches.push(...(await made.flush()));
  return batches;
}

describe('sealing', () => {
  test('names each batch by epoch, growing seq and the day of sealing, inside and outside the bytes', async () => {
    const batches = await sealAll(sealer(), [closed(0), closed(1)]);

    const sealedDay = Math.floor(T0 / 86_400_000);
    for (const [index, batch] of batches.entries()) {
      const identity = { epoch: 101n, seq: index + 1, sealedDay };
      assert.deepEqual(batch.header.identity, identity);
      const { counters, hours, identity: inside } = await opened(batch);
      assert.deepEqual(inside, identity);
      assert.deepEqual(counters, { sealed: index + 1, acked: 4, coarsened: 0, dropped: 2 });
      assert.equal(hours[0]?.hour, hourOf(epochMs(T0)));
    }
    assert.deepEqual(
      batches.map(({ header }) => header.sealedUntil),
      [T0 + 300_000, T0 + 600_000],
    );
  });

  for (const windowsPerBatch of [1, 3, 5, 12]) {
    test(`of up to ${windowsPerBatch} windows at a time never crosses an hour`, async () => {
      const windows = Array.from({ length: 40 }, (_, index) => closed(index));

      const batches = await sealAll(sealer({ windowsPerBatch }), windows);

      let count = 0;
      for (const batch of batches) {
        const { hours } = await opened(batch);
        assert.equal(hours.length, 1);
        assert.equal(hours[0]?.hour, batch.header.hour);
        assert.ok(batch.header.windows <= windowsPerBatch);
        count += hours[0]?.containers[0]?.windows.length ?? 0;
      }
      assert.equal(count, 40);
    });
  }

  test('cuts a batch that is too large into several of the same hour and group', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `c${index}`);

    const batches = await sealAll(sealer({ maxBatchBytes: 5_000 }), [closed(0, names)]);

    assert.ok(batches.length > 3);
    const found: string[] = [];
    for (const batch of batches) {
      const message = await decompress('gzip', batch.body, 16_000_000);
      assert.ok(message.length <= 5_000);
      const { hours } = await opened(batch);
      found.push(...(hours[0]?.containers.map(({ labels }) => labels['app'] ?? '') ?? []));
    }
    assert.deepEqual(found, names);
    assert.deepEqual(
      batches.map(({ header }) => header.identity.seq),
      batches.map((_, index) => index + 1),
    );
  });

  test('puts the pieces of a window with a hole into batches of their own', async () => {
    const pieces = [window(0, 0, 100), window(0, 200, 300)];
    const usage = { key: keyOf('a'), labels: {}, sizes: {}, windows: pieces };

    const batches = await sealAll(sealer(), [{ start: epochMs(T0), containers: [usage] }]);

    const covers: (readonly number[])[] = [];
    for (const batch of batches) {
      const { hours } = await opened(batch);
      for (const it of hours[0]?.containers[0]?.windows ?? []) {
        covers.push([it.fromSecond, it.toSecond]);
      }
    }
    assert.equal(batches.length, 2);
    assert.deepEqual(covers, [
      [0, 100],
      [200, 300],
    ]);
  });

  test('leaves out a container nobody could decode and keeps the others', async () => {
    const bad = { ...window(0), throttledSeconds: Number.NaN };
    const broken = { key: keyOf('bad'), labels: {}, sizes: {}, windows: [bad] };
    const { containers, start } = closed(0, ['a', 'b', 'c']);
    const made = sealer();

    const batches = await sealAll(made, [{ start, containers: [broken, ...containers] }]);

    const sealed = batches.reduce((sum, { header }) => sum + header.windows, 0);
    assert.equal(sealed, 3);
    assert.equal(made.unsealable, 1);
  });

  test('anew keeps the contents under a new epoch and names the batch it replaces', async () => {
    const made = sealer({ encoding: 'zstd' });
    const [batch] = await sealAll(made, [closed(0, ['a', 'b'])]);
    assert.ok(batch);

    const renamed = await made.reseal(batch.header, batch.body);

    assert.ok(renamed);
    const { epoch, seq } = renamed.header.identity;
    assert.deepEqual([epoch, seq, made.epoch], [102n, 1, 102n]);
    assert.deepEqual(renamed.header.replaces, batch.header.identity);
    const [before, after] = [await opened(batch), await opened(renamed)];
    assert.equal(after.identity?.epoch, 102n);
    assert.equal(JSON.stringify(after.hours), JSON.stringify(before.hours));
    const [next] = await made.take(closed(1));
    assert.deepEqual(next?.header.identity.seq, 2);
  });

  test('anew of bytes that do not decode gives nothing', async () => {
    const made = sealer();
    const [batch] = await sealAll(made, [closed(0)]);
    assert.ok(batch);

    assert.equal(await made.reseal(batch.header, new Uint8Array(10)), undefined);
  });
});
