import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

/** A timer that was set and can be taken back. */
export interface Timer {
  /** Stops the timer; harmless once it has fired or was cancelled. */
  cancel(): void;
}

/** Where a process gets its time from. Code receives a clock, so that tests can move it. */
export interface Clock {
  /** Wall time in milliseconds since 1970 UTC; may jump either way. For time stamps. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. For durations and deadlines. */
  monotonicMs(): number;
  /** Calls `fn` once, `ms` (>= 0) from now; negative and NaN count as 0. A pending timer keeps the process alive. */
  setTimer(ms: number, fn: () => void): Timer;
  /** Resolves `ms` from now; rejects with the signal's reason as soon as the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay Node's own timers take; a longer one is cut into pieces of this length. */
const LONGEST_NATIVE_MS = 2 ** 31 - 1;

function setSystemTimer(ms: number, fn: () => void): Timer {
  const dueMs = performance.now() + (ms > 0 ? ms : 0);
  let handle: ReturnType<typeof setTimeout>;
  const arm = (): void => {
    const leftMs = dueMs - performance.now();
    const isLast = leftMs <= LONGEST_NATIVE_MS;
    handle = setTimeout(isLast ? fn : arm, isLast ? Math.max(0, leftMs) : LONGEST_NATIVE_MS);
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: setSystemTimer,
  sleep: (ms, signal) => sleepOn(setSystemTimer, ms, signal),
};

/**
 * Builds a sleep out of any timer; for implementations of `Clock`. Leaves neither a timer nor an
 * abort listener behind, whichever way it ends.
 */
export function sleepOn(
  setTimer: Clock['setTimer'],
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = setTimer(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
