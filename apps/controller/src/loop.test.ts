import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, ManualClock, Metrics } from '@trimtab/daemon';
import { Loop } from './loop.ts';
import { declareMetrics } from './metrics.ts';

function makeLoop<T>(work: (signal: AbortSignal) => Promise<T>) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const log = createLog({ process: 'test', clock, write: (line) => lines.push(line) });
  const metrics = declareMetrics(new Metrics());
  const loop = new Loop({
    name: 'test',
    everyMs: 1000,
    work,
    clock,
    random: () => 0,
    log,
    metrics,
  });
  return { loop, clock, lines };
}

test('turns again after the interval, also after a failure', async () => {
  let turns = 0;
  const { loop, clock, lines } = makeLoop(async () => {
    turns += 1;
    if (turns === 1) throw new Error('first turn');
  });

  loop.start();
  await clock.advanceSettling(999);
  assert.equal(turns, 1);
  assert.equal(loop.failure, 'first turn');
  await clock.advanceSettling(1);
  assert.equal(turns, 2);
  assert.equal(loop.failure, undefined);

  await loop.stop();
  assert.equal(lines.filter((line) => line.includes('loop-failed')).length, 1);
  assert.equal(clock.pendingTimers, 0);
});

test('never runs two turns at once, whoever asks', async () => {
  let running = 0;
  let most = 0;
  const { loop } = makeLoop(async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
  });

  loop.start();
  await Promise.all([loop.now(), loop.now(), loop.now()]);
  await loop.stop();

  assert.equal(most, 1);
});

test('tells the turn under way to end when it is stopped, and waits for it', async () => {
  let hasEnded = false;
  const { loop } = makeLoop(async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    hasEnded = true;
  });

  loop.start();
  await Promise.resolve();
  await loop.stop();

  assert.equal(hasEnded, true);
});

test('hands a failure to whoever asked for the turn', async () => {
  const { loop } = makeLoop(() => Promise.reject(new Error('asked for')));

  await assert.rejects(loop.now(), /asked for/);
  await loop.stop();
});
