import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DaemonError, ManualClock, systemClock } from './index.ts';

test('timers fire in the order of their due times, and in the order set when due together', () => {
  const delays = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 30 });
  fc.assert(
    fc.property(delays, (delaysMs) => {
      const clock = new ManualClock(1_000);
      const fired: { index: number; delayMs: number; at: number }[] = [];
      for (const [index, delayMs] of delaysMs.entries()) {
        clock.setTimer(delayMs, () => fired.push({ index, delayMs, at: clock.now() }));
      }

      clock.advance(50);

      const expected = delaysMs
        .map((delayMs, index) => ({ index, delayMs, at: 1_000 + delayMs }))
        .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index);
      assert.deepEqual(fired, expected);
      assert.equal(clock.now(), 1_050);
    }),
  );
});

test('a timer set by a timer fires in the same advance when it falls due in it', () => {
  const clock = new ManualClock();
  const fired: number[] = [];
  const again = (): void => {
    fired.push(clock.monotonicMs());
    clock.setTimer(10, again);
  };
  clock.setTimer(10, again);

  clock.advance(35);

  assert.deepEqual(fired, [10, 20, 30]);
  assert.equal(clock.pendingTimers, 1);
  assert.equal(clock.nextTimerMs, 5);
});

test('a cancelled timer does not fire, and cancelling twice is harmless', () => {
  const clock = new ManualClock();
  let fired = 0;
  const timer = clock.setTimer(5, () => {
    fired += 1;
  });

  timer.cancel();
  timer.cancel();
  clock.advance(10);

  assert.equal(fired, 0);
  assert.equal(clock.pendingTimers, 0);
});

test('advancing with settling drives a loop that sleeps again and again', async () => {
  const clock = new ManualClock();
  const woken: number[] = [];
  const loop = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) {
      await clock.sleep(100);
      woken.push(clock.monotonicMs());
    }
  };

  const looping = loop();
  await clock.advanceSettling(300);

  await looping;
  assert.deepEqual(woken, [100, 200, 300]);
});

test('the wall time can be set back without touching timers', () => {
  const clock = new ManualClock(1_000_000);
  let fired = 0;
  clock.setTimer(10, () => {
    fired += 1;
  });

  clock.setWall(5);
  clock.advance(10);

  assert.equal(clock.now(), 15);
  assert.equal(fired, 1);
});

test('a sleep ends with the reason of its signal and leaves no timer behind', async () => {
  const clock = new ManualClock();
  const control = new AbortController();
  const sleeping = clock.sleep(1_000, control.signal);

  control.abort(new Error('enough'));

  await assert.rejects(sleeping, /enough/);
  await assert.rejects(clock.sleep(1, control.signal), /enough/);
  assert.equal(clock.pendingTimers, 0);
});

test('time does not run backwards', () => {
  const clock = new ManualClock();
  assert.throws(
    () => clock.advance(-1),
    (error) => error instanceof DaemonError && error.code === 'TT_CLOCK_ARGUMENT',
  );
  assert.throws(() => clock.advance(Number.NaN), DaemonError);
});

test('the system clock fires, cancels and sleeps', async () => {
  const before = systemClock.monotonicMs();
  systemClock.setTimer(60_000, () => assert.fail('was cancelled')).cancel();
  await systemClock.sleep(1);
  assert.ok(systemClock.monotonicMs() >= before);
  assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
});
