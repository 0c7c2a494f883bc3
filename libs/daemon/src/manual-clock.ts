import { setImmediate } from 'node:timers';
import { type Clock, sleepOn, type Timer } from './clock.ts';
import { DaemonError } from './errors.ts';

interface Pending {
  readonly dueMs: number;
  readonly fn: () => void;
}

/**
 * A clock that stands still until it is moved, for tests and replays. Timers fire in the order of
 * their due times; timers due at the same moment fire in the order in which they were set. While a
 * timer runs, the clock shows exactly the moment that timer was due.
 */
export class ManualClock implements Clock {
  #wallOffsetMs: number;
  #monotonicMs = 0;
  // In the order they were set; the number of timers in a test is small.
  readonly #pending = new Set<Pending>();

  /** `startMs` is the first wall time, in milliseconds since 1970 UTC. */
  constructor(startMs = 0) {
    this.#wallOffsetMs = startMs;
  }

  now(): number {
    return this.#wallOffsetMs + this.#monotonicMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  setTimer(ms: number, fn: () => void): Timer {
    const pending: Pending = { dueMs: this.#monotonicMs + (ms > 0 ? ms : 0), fn };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn((delayMs, fn) => this.setTimer(delayMs, fn), ms, signal);
  }

  /** How many timers wait; a test asserts 0 at its end to show that nothing was left behind. */
  get pendingTimers(): number {
    return this.#pending.size;
  }

  /** Milliseconds until the next timer is due; undefined when none waits. */
  get nextTimerMs(): number | undefined {
    const next = this.#nextDue(Number.POSITIVE_INFINITY);
    return next === undefined ? undefined : next.dueMs - this.#monotonicMs;
  }

  /** Sets the wall time as an operator or a time server would; timers and `monotonicMs` are unaffected. */
  setWall(nowMs: number): void {
    this.#wallOffsetMs = nowMs - this.#monotonicMs;
  }

  /**
   * Moves time on by `ms` (>= 0) and fires what falls due, including timers set on the way, before
   * it returns. Promises woken by a timer run after the return: for a loop that sleeps more than
   * once in the span use `advanceSettling`. Throws TT_CLOCK_ARGUMENT for a negative or NaN span.
   */
  advance(ms: number): void {
    const endMs = this.#endOf(ms);
    for (let next = this.#nextDue(endMs); next !== undefined; next = this.#nextDue(endMs)) {
      this.#fire(next);
    }
    this.#monotonicMs = endMs;
  }

  /**
   * As `advance`, but before the first timer, after each one and at the end it lets everything that
   * was woken run on (one turn of the event loop), so that chains of sleeps work as in real time.
   */
  async advanceSettling(ms: number): Promise<void> {
    const endMs = this.#endOf(ms);
    await settle();
    for (let next = this.#nextDue(endMs); next !== undefined; next = this.#nextDue(endMs)) {
      this.#fire(next);
      await settle();
    }
    this.#monotonicMs = Math.max(this.#monotonicMs, endMs);
  }

  #endOf(ms: number): number {
    if (!(ms >= 0)) {
      throw new DaemonError('TT_CLOCK_ARGUMENT', `advance by ${ms} ms; expected 0 or more`);
    }
    return this.#monotonicMs + ms;
  }

  #nextDue(endMs: number): Pending | undefined {
    let next: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.dueMs <= endMs && (next === undefined || pending.dueMs < next.dueMs)) {
        next = pending;
      }
    }
    return next;
  }

  #fire(pending: Pending): void {
    this.#pending.delete(pending);
    this.#monotonicMs = Math.max(this.#monotonicMs, pending.dueMs);
    pending.fn();
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
