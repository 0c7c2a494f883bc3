import { type Clock, systemClock } from './clock.ts';
import { DaemonError } from './errors.ts';

/** How the wait between attempts grows. */
export interface Backoff {
  /** Upper end of the first wait, in milliseconds; above 0. */
  readonly baseMs: number;
  /** Upper end of any wait, in milliseconds; at least `baseMs`. */
  readonly capMs: number;
}

/** What follows a failed attempt: `false` gives up, `true` tries again, `afterMs` tries again no sooner than that. */
export type RetryDecision = boolean | { readonly afterMs: number };

/** What `retry` needs to know. */
export interface RetryOptions extends Backoff {
  /** Most attempts, the first one included; whole, at least 1. */
  readonly attempts: number;
  /** The whole time allowed, waits included, in milliseconds; above 0. */
  readonly deadlineMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Judges a failure; a server's Retry-After is handed in here as `{ afterMs }`. Default: always again. */
  readonly retryable?: (error: unknown) => RetryDecision;
  /** Ends everything at once; `retry` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * The wait before the next attempt in milliseconds, once `failures` (>= 1) attempts have failed:
 * uniform in [0, min(capMs, baseMs * 2^(failures - 1))], so that many clients do not come back together.
 */
export function backoffMs(failures: number, backoff: Backoff, random: () => number): number {
  if (!(failures >= 1 && backoff.baseMs > 0 && backoff.capMs >= backoff.baseMs)) {
    const found = `failures ${failures}, baseMs ${backoff.baseMs}, capMs ${backoff.capMs}`;
    throw new DaemonError(
      'TT_RETRY_ARGUMENT',
      `backoff: found ${found}; expected failures >= 1 and 0 < baseMs <= capMs`,
    );
  }
  return random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** (failures - 1));
}

/**
 * Reads a Retry-After header: whole seconds, or an HTTP date relative to `nowMs`; a date in the past
 * is 0. Undefined when absent or not understood. Milliseconds.
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) {
    return Number(text) * 1000;
  }
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) {
    return undefined;
  }
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

/**
 * Calls `op` until it succeeds, at most `attempts` times and within `deadlineMs`. `op` gets the
 * attempt's number (from 1) and a signal that is aborted at the deadline. After a failure it waits
 * full jitter, and at least `afterMs` where the decision names one; a wait that would pass the
 * deadline is not begun. Rejects with the failure itself when `retryable` says no, TT_RETRY_EXHAUSTED
 * after the last attempt, TT_RETRY_DEADLINE when time is up (both with the last failure as `cause`).
 */
export async function retry<T>(
  op: (attempt: number, signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  checkOptions(options);
  const clock = options.clock ?? systemClock;
  const startMs = clock.monotonicMs();
  const limit = new AbortController();
  const timer = clock.setTimer(options.deadlineMs, () => limit.abort(deadlineError(options, 0)));
  const onAbort = (): void => limit.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    if (options.signal?.aborted) {
      throw options.signal.reason;
    }
    return await attemptAll(op, options, clock, startMs, limit.signal);
  } finally {
    timer.cancel();
    options.signal?.removeEventListener('abort', onAbort);
  }
}

async function attemptAll<T>(
  op: (attempt: number, signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
  clock: Clock,
  startMs: number,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withinSignal(op(attempt, signal), signal);
    } catch (error) {
      if (signal.aborted) {
        throw error === signal.reason ? error : withCause(signal.reason, error);
      }
      const waitMs = waitAfter(error, attempt, options);
      if (clock.monotonicMs() - startMs + waitMs >= options.deadlineMs) {
        throw withCause(deadlineError(options, attempt), error);
      }
      await clock.sleep(waitMs, signal);
    }
  }
}

/** How long to wait after this failure; throws what ends the whole when there is to be no next attempt. */
function waitAfter(error: unknown, attempt: number, options: RetryOptions): number {
  const decision = options.retryable?.(error) ?? true;
  if (decision === false) {
    throw error;
  }
  if (attempt >= options.attempts) {
    throw new DaemonError('TT_RETRY_EXHAUSTED', `gave up after ${attempt} attempts`, {
      cause: error,
    });
  }
  const jitterMs = backoffMs(attempt, options, options.random);
  // Jitter comes on top of Retry-After: otherwise everyone who was told the same comes back at once.
  return decision === true ? jitterMs : Math.max(0, decision.afterMs) + jitterMs;
}

function withinSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function deadlineError(options: RetryOptions, attempts: number): DaemonError {
  const tried = attempts === 0 ? 'while an attempt was under way' : `after ${attempts} attempts`;
  return new DaemonError(
    'TT_RETRY_DEADLINE',
    `gave up ${tried}: ${options.deadlineMs} ms were allowed`,
  );
}

function withCause(error: unknown, cause: unknown): unknown {
  return error instanceof DaemonError
    ? new DaemonError(error.code, error.message, { cause })
    : error;
}

function checkOptions(options: RetryOptions): void {
  const isSound =
    Number.isSafeInteger(options.attempts) &&
    options.attempts >= 1 &&
    options.deadlineMs > 0 &&
    options.baseMs > 0 &&
    options.capMs >= options.baseMs;
  if (!isSound) {
    const { attempts, deadlineMs, baseMs, capMs } = options;
    throw new DaemonError(
      'TT_RETRY_ARGUMENT',
      `retry: found ${JSON.stringify({ attempts, deadlineMs, baseMs, capMs })}; expected attempts >= 1, deadlineMs > 0, 0 < baseMs <= capMs`,
    );
  }
}
