/**
 * Leaving in good order. The first SIGTERM or SIGINT aborts `signal` (loops stop taking work) and runs
 * the steps one after another, each within its own deadline and all within the total. A step that
 * fails or is late is noted and the next one runs. Then the process exits: 0 when all steps ended
 * well, 1 otherwise. A second signal exits at once with 128 + the signal's number.
 */
import process from 'node:process';
import { type Clock, systemClock } from './clock.ts';
import { DaemonError } from './errors.ts';
import type { Log } from './log.ts';

/** One thing to do on the way out: stop taking, finish, hand back, close. */
export interface ShutdownStep {
  readonly name: string;
  /** Longest time this step gets, in milliseconds; above 0. */
  readonly deadlineMs: number;
  /** `signal` is aborted when the step's time is up. */
  run(signal: AbortSignal): Promise<void>;
}

/** What `onShutdown` may be told. */
export interface ShutdownOptions {
  /** Longest time of all steps together, in milliseconds; default 25 000: under Kubernetes' grace period of 30 s. */
  readonly totalMs?: number;
  readonly log?: Log;
  readonly clock?: Clock;
  /** Ends the process; default `process.exit`. */
  readonly exit?: (code: number) => void;
}

/** How the steps went. */
export interface ShutdownReport {
  readonly exitCode: number;
  readonly failures: readonly { readonly step: string; readonly error: unknown }[];
}

/** The handle on a process' way out. */
export interface Shutdown {
  /** Aborted as soon as the way out begins. */
  readonly signal: AbortSignal;
  /** Begins the way out as a signal would and exits; a second call joins the first. */
  start(reason: string): Promise<ShutdownReport>;
  /** Stops listening to signals; for tests and for programs that go on. */
  dispose(): void;
}

const DEFAULT_TOTAL_MS = 25_000;
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;
type EndSignal = keyof typeof SIGNAL_NUMBERS;

/**
 * Registers the steps of the way out. The list is read when it begins, so a program may add to it
 * while it starts up.
 */
export function onShutdown(
  steps: readonly ShutdownStep[],
  options: ShutdownOptions = {},
): Shutdown {
  const exit = options.exit ?? ((code: number) => process.exit(code));
  const leaving = new AbortController();
  let running: Promise<ShutdownReport> | undefined;
  const start = (reason: string): Promise<ShutdownReport> => {
    running ??= leave([...steps], reason, leaving, options).then((report) => {
      exit(report.exitCode);
      return report;
    });
    return running;
  };
  const onSignal = (name: NodeJS.Signals): void => {
    if (running !== undefined && isEndSignal(name)) {
      options.log?.warn('shutdown-cut-short', { signal: name });
      exit(128 + SIGNAL_NUMBERS[name]);
      return;
    }
    void start(name);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const dispose = (): void => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  return { signal: leaving.signal, start, dispose };
}

function isEndSignal(name: string): name is EndSignal {
  return Object.hasOwn(SIGNAL_NUMBERS, name);
}

async function leave(
  steps: readonly ShutdownStep[],
  reason: string,
  leaving: AbortController,
  options: ShutdownOptions,
): Promise<ShutdownReport> {
  const clock = options.clock ?? systemClock;
  const endMs = clock.monotonicMs() + (options.totalMs ?? DEFAULT_TOTAL_MS);
  options.log?.info('shutdown-started', { reason, steps: steps.length });
  leaving.abort(new DOMException(`the process is leaving: ${reason}`, 'AbortError'));
  const failures: { step: string; error: unknown }[] = [];
  for (const step of steps) {
    const allowedMs = Math.min(step.deadlineMs, endMs - clock.monotonicMs());
    try {
      await runWithin(step, allowedMs, clock);
    } catch (error) {
      failures.push({ step: step.name, error });
      options.log?.error('shutdown-step-failed', { step: step.name, error });
    }
  }
  const exitCode = failures.length === 0 ? 0 : 1;
  options.log?.info('shutdown-finished', { exitCode, failed: failures.length });
  return { exitCode, failures };
}

/** Runs one step; rejects with TT_SHUTDOWN_DEADLINE when it is late. With no time left it is not begun. */
async function runWithin(step: ShutdownStep, allowedMs: number, clock: Clock): Promise<void> {
  if (!(allowedMs > 0)) {
    throw lateError(step, `no time was left for it`);
  }
  const limit = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = clock.setTimer(allowedMs, () => {
    const error = lateError(step, `it did not end within ${Math.round(allowedMs)} ms`);
    limit.abort(error);
    late.reject(error);
  });
  try {
    await Promise.race([step.run(limit.signal), late.promise]);
  } finally {
    timer.cancel();
  }
}

function lateError(step: ShutdownStep, what: string): DaemonError {
  return new DaemonError('TT_SHUTDOWN_DEADLINE', `shutdown step '${step.name}': ${what}`);
}
