import type { Clock, Log } from '@trimtab/daemon';
import { isDatabaseAway } from './database-away.ts';
import type { ControllerMetrics } from './metrics.ts';

/** What a loop needs. */
export interface LoopOptions<T> {
  readonly name: string;
  /** Wait between two turns in milliseconds, stretched by up to a tenth. */
  readonly everyMs: number;
  /** One turn. Ends early, with what it has, once the signal is aborted. */
  readonly work: (signal: AbortSignal) => Promise<T>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: ControllerMetrics;
}

const JITTER = 0.1;

/** Does one kind of work again and again, one turn at a time, whoever asks. A turn that fails is followed by the next. */
export class Loop<T> {
  readonly #options: LoopOptions<T>;
  readonly #stopping = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #turning: Promise<void> = Promise.resolve();
  #turnedMs: number;
  #failure: string | undefined;

  constructor(options: LoopOptions<T>) {
    this.#options = options;
    this.#turnedMs = options.clock.monotonicMs();
  }

  /** Begins to turn; the first turn is at once. Called once. */
  start(): void {
    this.#turning = this.#turn();
  }

  /** A turn out of turn: begins when the one under way has ended; its result or failure is the caller's. */
  now(): Promise<T> {
    const turn = this.#last.then(() => this.#options.work(this.#stopping.signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the turn under way as soon as its work allows and begins no other. Never rejects. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#turning;
    await this.#last;
  }

  /** Time since a turn ended, well or not, in milliseconds. */
  get silentMs(): number {
    return this.#options.clock.monotonicMs() - this.#turnedMs;
  }

  /** Why the last turn failed; undefined where it went well. */
  get failure(): string | undefined {
    return this.#failure;
  }

  async #turn(): Promise<void> {
    const { clock, everyMs, random } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.now();
        this.#noteEnd(undefined);
      } catch (error) {
        this.#noteEnd(error);
      }
      const waitMs = everyMs * (1 + JITTER * random());
      await clock.sleep(waitMs, this.#stopping.signal).catch(() => undefined);
    }
  }

  #noteEnd(error: unknown): void {
    const { log, metrics, name, clock } = this.#options;
    this.#turnedMs = clock.monotonicMs();
    const hadFailed = this.#failure !== undefined;
    if (error === undefined) {
      this.#failure = undefined;
      if (hadFailed) log.info('loop-recovered', { loop: name });
      return;
    }
    this.#failure = error instanceof Error ? error.message : String(error);
    if (this.#stopping.signal.aborted) return;
    metrics.failures.inc({ work: name });
    // A database that is away is said once, not at each turn.
    if (!isDatabaseAway(error)) log.error('loop-failed', { loop: name, error });
    else if (!hadFailed) log.warn('database-away', { loop: name, error });
  }
}
