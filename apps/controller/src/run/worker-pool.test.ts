import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ManualClock, systemClock } from '@trimtab/daemon';
import { makeTask } from '../../test/task.ts';
import { analyseShard } from './analyse-shard.ts';
import { WorkerPool } from './worker-pool.ts';

const ANALYSIS = new URL('./analysis.worker.ts', import.meta.url);
const thread = (name: string) => new URL(`../../test/threads/${name}.ts`, import.meta.url);

function makePool(scope: TestContext, script: URL, clock = systemClock): WorkerPool {
  const pool = new WorkerPool({ size: 2, taskTimeoutMs: 30_000, heapMib: 128, clock, script });
  scope.after(() => pool.close());
  return pool;
}

test('threads give the same results as this one, more tasks than threads included', async (t) => {
  const pool = makePool(t, ANALYSIS);
  const sizes = [1, 2, 3, 1, 2];

  const results = await Promise.all(sizes.map((size) => pool.run(makeTask(size))));

  assert.deepEqual(
    results,
    sizes.map((size) => analyseShard(makeTask(size))),
  );
});

test('the buffers of a task are handed over', async (t) => {
  const pool = makePool(t, ANALYSIS);
  const task = makeTask(1);

  await pool.run(task);

  assert.equal(task.contents.byteLength, 0);
  assert.equal(task.index.byteLength, 0);
});

test('a thread that ends fails its task and is replaced', async (t) => {
  const pool = makePool(t, thread('dying'));
  const dead = {
    code: 'TT_CONTROLLER_WORKER',
    message: 'worker thread: the thread ended with code 3',
  };

  await assert.rejects(pool.run(makeTask(1)), dead);
  await assert.rejects(Promise.all([pool.run(makeTask(1)), pool.run(makeTask(1))]), dead);
  await assert.rejects(pool.run(makeTask(1)), dead);
});

test('a task that takes too long costs its thread', async (t) => {
  const clock = new ManualClock();
  const pool = makePool(t, thread('endless'), clock);

  const running = pool.run(makeTask(1));
  await Promise.resolve();
  clock.advance(30_000);

  await assert.rejects(running, { code: 'TT_CONTROLLER_WORKER', message: /more than 30000 ms/ });
  assert.equal(clock.pendingTimers, 0);
});

test('closing rejects what is under way and what waits, and takes nothing more', async (t) => {
  const pool = makePool(t, thread('endless'));
  const stopped = { code: 'TT_CONTROLLER_STOPPED' };
  const running = [1, 2, 3].map(() => assert.rejects(pool.run(makeTask(1)), stopped));
  await Promise.resolve();

  await pool.close();

  await Promise.all(running);
  await assert.rejects(pool.run(makeTask(1)), stopped);
});
