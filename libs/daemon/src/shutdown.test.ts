import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, DaemonError, ManualClock, onShutdown, type ShutdownStep } from './index.ts';

function step(
  name: string,
  ran: string[],
  run: () => Promise<void> = async () => {},
): ShutdownStep {
  return {
    name,
    deadlineMs: 1_000,
    run: () => {
      ran.push(name);
      return run();
    },
  };
}

test('steps run in their order, also those added after registering, and a clean end is code 0', async () => {
  const ran: string[] = [];
  const codes: number[] = [];
  const steps = [step('stop taking', ran)];
  const clock = new ManualClock();
  const shutdown = onShutdown(steps, { clock, exit: (code) => void codes.push(code) });
  steps.push(step('close', ran));

  const report = await shutdown.start('test');
  shutdown.dispose();

  assert.deepEqual(ran, ['stop taking', 'close']);
  assert.deepEqual(report, { exitCode: 0, failures: [] });
  assert.deepEqual(codes, [0]);
  assert.equal(shutdown.signal.aborted, true);
  assert.equal(clock.pendingTimers, 0);
});

test('a step that fails is reported and logged, and the next one still runs', async () => {
  const ran: string[] = [];
  const lines: string[] = [];
  const log = createLog({ process: 'p', write: (line) => void lines.push(line) });
  const steps = [
    step('fails', ran, () => Promise.reject(new Error('no disk'))),
    step('throws', ran, () => assert.fail('at once')),
    step('close', ran),
  ];
  const shutdown = onShutdown(steps, { clock: new ManualClock(), exit: () => {}, log });

  const report = await shutdown.start('test');
  shutdown.dispose();

  assert.deepEqual(ran, ['fails', 'throws', 'close']);
  assert.equal(report.exitCode, 1);
  assert.deepEqual(
    report.failures.map((failure) => failure.step),
    ['fails', 'throws'],
  );
  assert.equal(lines.filter((line) => line.includes('shutdown-step-failed')).length, 2);
});

test('a step that hangs is left behind at its deadline, its signal aborted', async () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  let seen: AbortSignal | undefined;
  const hanging: ShutdownStep = {
    name: 'hangs',
    deadlineMs: 500,
    run: (signal) => {
      seen = signal;
      return new Promise(() => {});
    },
  };
  const shutdown = onShutdown([hanging, step('close', ran)], { clock, exit: () => {} });

  const leaving = shutdown.start('test');
  await clock.advanceSettling(500);
  const report = await leaving;
  shutdown.dispose();

  assert.deepEqual(ran, ['close']);
  assert.equal(seen?.aborted, true);
  const [failure] = report.failures;
  assert.ok(failure?.error instanceof DaemonError);
  assert.equal(failure.error.code, 'TT_SHUTDOWN_DEADLINE');
});

test('the total bounds all steps together: what has no time left is not begun', async () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  const hang = (name: string): ShutdownStep => step(name, ran, () => new Promise(() => {}));
  const steps = [hang('a'), hang('b'), hang('c')];
  const shutdown = onShutdown(steps, { clock, exit: () => {}, totalMs: 1_500 });

  const leaving = shutdown.start('test');
  await clock.advanceSettling(1_500);
  const report = await leaving;
  shutdown.dispose();

  assert.deepEqual(ran, ['a', 'b']);
  assert.equal(report.failures.length, 3);
  assert.equal(clock.monotonicMs(), 1_500);
});

test('starting twice is one way out', async () => {
  const ran: string[] = [];
  const codes: number[] = [];
  const shutdown = onShutdown([step('close', ran)], { exit: (code) => void codes.push(code) });

  const [first, second] = await Promise.all([shutdown.start('a'), shutdown.start('b')]);
  shutdown.dispose();

  assert.equal(first, second);
  assert.deepEqual([ran, codes], [['close'], [0]]);
});

test('disposing takes the signal listeners away', () => {
  const before = process.listenerCount('SIGTERM');
  const shutdown = onShutdown([], { exit: () => {} });
  assert.equal(process.listenerCount('SIGTERM'), before + 1);
  shutdown.dispose();
  assert.equal(process.listenerCount('SIGTERM'), before);
});
