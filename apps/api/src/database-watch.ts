import type { Clock, Health, Log, Timer } from '@trimtab/daemon';

/** What is watched, and how. */
export interface DatabaseWatchOptions {
  /** Asks the database whether it can be used; throws where it cannot. */
  readonly probe: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** Between the end of one probe and the next. */
  readonly everyMs: number;
}

/**
 * Knows whether the database can be used, by asking it again and again, and says so once for each change. It only
 * reports: a push or a read finds out for itself, so that nothing waits for the next probe after a recovery.
 */
export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions;
  #health: Health = { ok: false, reason: 'the database has not answered yet' };
  #timer: Timer | undefined;
  #probing: Promise<void> = Promise.resolve();
  #isStopped: boolean = false;

  constructor(options: DatabaseWatchOptions) {
    this.#options = options;
  }

  /** What the last probe found. */
  get health(): Health {
    return this.#health;
  }

  /** Probes once, whatever comes of it, and then again and again until `stop`. */
  async start(): Promise<void> {
    await this.#probe();
  }

  /** Ends the probing and waits for one that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#probing;
  }

  #probe(): Promise<void> {
    this.#probing = this.#ask().finally(() => {
      if (this.#isStopped) return;
      this.#timer = this.#options.clock.setTimer(this.#options.everyMs, () => void this.#probe());
    });
    return this.#probing;
  }

  async #ask(): Promise<void> {
    try {
      await this.#options.probe();
      this.#note({ ok: true, reason: 'the database answers and has the expected schema' });
    } catch (error) {
      this.#note({ ok: false, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  #note(health: Health): void {
    const before = this.#health;
    this.#health = health;
    if (before.ok === health.ok && (health.ok || before.reason === health.reason)) return;
    if (health.ok) this.#options.log.info('database-ready');
    else this.#options.log.warn('database-not-ready', { reason: health.reason });
  }
}
