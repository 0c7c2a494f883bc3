import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createLog, ManualClock } from '@trimtab/daemon';
import { DEFAULT_DECODE_LIMITS } from '@trimtab/wire/otlp';
import { ApiError } from '../errors.ts';
import { sealedBatch } from '../testing/batches.ts';
import { DecodePool } from './decode-pool.ts';
import { preparePush } from './prepare-push.ts';

const NOW = Date.UTC(2030, 5, 1, 12);
const PREPARING = {
  nowMs: NOW,
  limits: { decode: DEFAULT_DECODE_LIMITS, maxAgeMs: 8 * 86_400_000, maxFutureMs: 600_000 },
};

function pool(t: TestContext, threads = 1) {
  const clock = new ManualClock(NOW);
  const logged: string[] = [];
  const log = createLog({ process: 'test', write: (line) => logged.push(line), clock });
  const decoding = new DecodePool({ threads, deadlineMs: 1000, clock, log });
  t.after(() => decoding.close());
  return { decoding, clock, logged };
}

test('reads in a thread just what it reads in place', async (t) => {
  const { decoding, clock } = pool(t);
  const message = sealedBatch({ nowMs: NOW, containers: 5 });

  const [one, two] = await Promise.all([1, 2].map(() => decoding.read(message, PREPARING)));

  const expected = preparePush(message, PREPARING);
  assert.ok(expected);
  assert.deepEqual(one?.bodies, expected.bodies);
  assert.deepEqual(two?.identity, expected.identity);
  assert.deepEqual(Buffer.from(one?.digest ?? []), expected.digest);
  assert.equal(clock.pendingTimers, 0);
});

test('passes on why a message is refused, and that one is empty', async (t) => {
  for (const threads of [0, 1]) {
    const { decoding } = pool(t, threads);

    assert.equal(await decoding.read(new Uint8Array(), PREPARING), undefined);
    await assert.rejects(
      decoding.read(Buffer.from('no protobuf'), PREPARING),
      (error) =>
        error instanceof ApiError &&
        error.code === 'TT_INGEST_UNDECODABLE' &&
        error.message.includes('TT_WIRE_'),
    );
  }
});

test('gives up a thread that takes too long, and goes on with another one', async (t) => {
  const { decoding, clock, logged } = pool(t);
  const message = sealedBatch({ nowMs: NOW });

  const late = decoding.read(message, PREPARING);
  clock.advance(1000);
  await assert.rejects(
    late,
    (error) =>
      error instanceof ApiError && error.code === 'TT_INGEST_FAULT' && error.status === 503,
  );
  const next = await decoding.read(message, PREPARING);

  assert.equal(next?.points, preparePush(message, PREPARING)?.points);
  assert.ok(logged.some((line) => line.includes('decode-thread-lost')));
  assert.equal(clock.pendingTimers, 0);
});

test('reads nothing once it is closed', async (t) => {
  const { decoding, logged } = pool(t);
  const waiting = decoding.read(sealedBatch({ nowMs: NOW }), PREPARING);
  const refused = assert.rejects(waiting, isFault);

  await decoding.close();

  await refused;
  await assert.rejects(decoding.read(sealedBatch({ nowMs: NOW }), PREPARING), isFault);
  assert.deepEqual(logged, []);
});

function isFault(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'TT_INGEST_FAULT';
}
