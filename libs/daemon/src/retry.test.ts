import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  backoffMs,
  DaemonError,
  ManualClock,
  type RetryOptions,
  retry,
  retryAfterMs,
} from './index.ts';

const PLAN = { attempts: 4, baseMs: 100, capMs: 1_000, deadlineMs: 60_000, random: () => 0.5 };

function isCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DaemonError && error.code === code;
}

/** Runs a retried operation that fails until its last entry; returns when each attempt was made. */
async function attemptTimes(
  failures: number,
  options: Partial<RetryOptions> = {},
): Promise<{ times: number[]; outcome: PromiseSettledResult<string>; pending: number }> {
  const clock = new ManualClock();
  const times: number[] = [];
  const running = retry(
    async (attempt) => {
      times.push(clock.monotonicMs());
      if (attempt <= failures) {
        throw new Error(`attempt ${attempt} failed`);
      }
      return `attempt ${attempt} succeeded`;
    },
    { ...PLAN, clock, ...options },
  );
  const [[outcome]] = await Promise.all([
    Promise.allSettled([running]),
    clock.advanceSettling(120_000),
  ]);
  return { times, outcome, pending: clock.pendingTimers };
}

test('a wait lies between zero and the doubled base, and never above the cap', () => {
  const inputs = {
    failures: fc.integer({ min: 1, max: 2_000 }),
    baseMs: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
    factor: fc.double({ min: 1, max: 1e6, noNaN: true }),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  };
  fc.assert(
    fc.property(fc.record(inputs), ({ failures, baseMs, factor, random }) => {
      const capMs = baseMs * factor;
      const waitMs = backoffMs(failures, { baseMs, capMs }, () => random);
      assert.ok(waitMs >= 0 && waitMs <= capMs && waitMs <= baseMs * 2 ** (failures - 1));
      assert.equal(waitMs, random * Math.min(capMs, baseMs * 2 ** (failures - 1)));
    }),
  );
});

test('senseless backoff and retry arguments are refused', () => {
  assert.throws(
    () => backoffMs(0, { baseMs: 1, capMs: 2 }, Math.random),
    isCode('TT_RETRY_ARGUMENT'),
  );
  assert.throws(
    () => backoffMs(1, { baseMs: 2, capMs: 1 }, Math.random),
    isCode('TT_RETRY_ARGUMENT'),
  );
  return assert.rejects(
    retry(async () => 1, { ...PLAN, attempts: 0 }),
    isCode('TT_RETRY_ARGUMENT'),
  );
});

test('the first success ends it; waits in between grow with full jitter', async () => {
  const { times, outcome, pending } = await attemptTimes(3);

  assert.deepEqual(times, [0, 50, 150, 350]);
  assert.deepEqual(outcome, { status: 'fulfilled', value: 'attempt 4 succeeded' });
  assert.equal(pending, 0);
});

test('after the last attempt the failure is the cause of TT_RETRY_EXHAUSTED', async () => {
  const { times, outcome } = await attemptTimes(9);

  assert.equal(times.length, 4);
  assert.ok(outcome.status === 'rejected');
  assert.ok(isCode('TT_RETRY_EXHAUSTED')(outcome.reason));
  assert.match(String(outcome.reason.cause), /attempt 4 failed/);
});

test('a failure that is not retryable comes out as it is', async () => {
  const { times, outcome } = await attemptTimes(9, { retryable: () => false });

  assert.equal(times.length, 1);
  assert.ok(outcome.status === 'rejected');
  assert.match(String(outcome.reason), /^Error: attempt 1 failed/);
});

test('a named wait is kept to, with jitter on top so that not all come back at once', async () => {
  const { times } = await attemptTimes(1, { retryable: () => ({ afterMs: 5_000 }) });

  assert.deepEqual(times, [0, 5_050]);
});

test('a wait that would pass the deadline is not begun', async () => {
  const { times, outcome } = await attemptTimes(1, { retryable: () => ({ afterMs: 60_000 }) });

  assert.deepEqual(times, [0]);
  assert.ok(outcome.status === 'rejected');
  assert.ok(isCode('TT_RETRY_DEADLINE')(outcome.reason));
  assert.match(String(outcome.reason.cause), /attempt 1 failed/);
});

test('an attempt that hangs is cut off at the deadline and told so by its signal', async () => {
  const clock = new ManualClock();
  let seen: AbortSignal | undefined;
  const running = retry(
    (_attempt, signal) => {
      seen = signal;
      return new Promise<never>(() => {});
    },
    { ...PLAN, clock },
  );

  const rejected = assert.rejects(running, isCode('TT_RETRY_DEADLINE'));
  await clock.advanceSettling(60_000);

  await rejected;
  assert.equal(seen?.aborted, true);
  assert.equal(clock.pendingTimers, 0);
});

test('the caller can end it during a wait and before it begins', async () => {
  const clock = new ManualClock();
  const control = new AbortController();
  const options = { ...PLAN, clock, signal: control.signal };
  const running = retry(() => Promise.reject(new Error('down')), options);
  const rejected = assert.rejects(running, /leaving/);
  await clock.advanceSettling(10);

  control.abort(new Error('leaving'));

  await rejected;
  await assert.rejects(
    retry(async () => 1, options),
    /leaving/,
  );
  assert.equal(clock.pendingTimers, 0);
});

test('an answer can still be read after the retry ended: its signal is not aborted by success', async () => {
  let seen: AbortSignal | undefined;
  await retry(
    async (_attempt, signal) => {
      seen = signal;
    },
    { ...PLAN, clock: new ManualClock() },
  );
  assert.equal(seen?.aborted, false);
});

test('Retry-After is read as seconds or as a date, and anything else is not understood', () => {
  const now = Date.parse('2026-01-02T03:04:05Z');
  assert.equal(retryAfterMs('120', now), 120_000);
  assert.equal(retryAfterMs(' 0 ', now), 0);
  assert.equal(retryAfterMs('Fri, 02 Jan 2026 03:04:15 GMT', now), 10_000);
  assert.equal(retryAfterMs('Fri, 02 Jan 2026 03:04:00 GMT', now), 0);
  for (const header of [undefined, null, '', '-1', '1.5', 'soon', '2026-01-02', '9999999999999']) {
    assert.equal(retryAfterMs(header, now), undefined);
  }
});
