/**
 * Leader election by a row in PostgreSQL, on the database's clock, so no two machines' clocks are compared.
 *
 *   bidding --lease taken, epoch raised--> leading --renewed every retryMs--> leading
 *   leading --lease or epoch is another's--> bidding            (taken-over)
 *   leading --renewDeadlineMs since the last renewal was *sent*--> bidding   (not-renewed)
 *   any --stop()--> stopped, lease given back                    (stopped)
 *
 * The lease outlives the renew deadline (10 s against 7 s): this instance stops before another may start, as long as
 * its monotonic clock runs less than 10/7 too slow. A process that stood still finds out when it next asks `epoch()`;
 * what it had under way fails at the epoch row, which the new leader has raised.
 */
import type { Clock, Log, Timer } from '@trimtab/daemon';
import { type Database, isUnavailable } from '@trimtab/store';
import { raiseEpoch, releaseLease, renewLease, takeLease } from '@trimtab/store/lead';
import type { Elector, LeadListener, LossReason } from './elector.ts';

/** Times of the lease in milliseconds: `retryMs < renewDeadlineMs < leaseMs`. */
interface LeaseTiming {
  readonly leaseMs: number;
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

/** What a row elector needs. */
export interface RowElectorOptions {
  /** A pool of its own, so that a busy process cannot starve its renewals; statement timeout at most the renew deadline. */
  readonly db: Database;
  readonly name: string;
  /** Unique to this process start. */
  readonly holder: string;
  readonly timing: LeaseTiming;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly listener: LeadListener;
}

interface Term {
  readonly epoch: number;
  /** On the monotonic clock. */
  untilMs: number;
  timer: Timer;
}

/** A retry is stretched by up to a fifth, so that instances do not bid in step. */
const JITTER = 0.2;

/** Makes an elector over the rows `leader_lease` and `leader_epoch`. */
export function createRowElector(options: RowElectorOptions): Elector {
  return new RowElector(options);
}

class RowElector implements Elector {
  readonly #options: RowElectorOptions;
  readonly #stopping = new AbortController();
  #term: Term | undefined;
  #loop: Promise<void> = Promise.resolve();
  #isReachable = true;

  constructor(options: RowElectorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }

  epoch(): number | undefined {
    const term = this.#term;
    if (term === undefined || this.#options.clock.monotonicMs() >= term.untilMs) return undefined;
    return term.epoch;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#lose('stopped');
    await this.#loop;
    try {
      await releaseLease(this.#options.db, this.#options);
    } catch (error) {
      // The lease runs out by itself.
      this.#options.log.warn('lease-not-released', { error });
    }
  }

  async #run(): Promise<void> {
    const { clock, random, timing } = this.#options;
    while (!this.#stopping.signal.aborted) {
      await this.#attempt();
      const waitMs = timing.retryMs * (1 + JITTER * random());
      await clock.sleep(waitMs, this.#stopping.signal).catch(() => undefined);
    }
  }

  async #attempt(): Promise<void> {
    try {
      await (this.#term === undefined ? this.#bid() : this.#renew(this.#term));
      this.#isReachable = true;
    } catch (error) {
      if (this.#isReachable) this.#options.log.warn('lease-unreachable', { error });
      this.#isReachable = !isUnavailable(error) && this.#isReachable;
    }
  }

  async #bid(): Promise<void> {
    const { db, name, holder, timing, clock } = this.#options;
    const sentMs = clock.monotonicMs();
    if (!(await takeLease(db, { name, holder, leaseMs: timing.leaseMs }))) return;
    // A transaction of its own: raising the epoch may wait for a run's writer, and a lease row locked meanwhile would
    // keep every other instance from even looking at it.
    const raised = await raiseEpoch(db, { name, holder });
    if (raised === undefined || this.#stopping.signal.aborted) return;
    const untilMs = sentMs + timing.renewDeadlineMs;
    if (clock.monotonicMs() >= untilMs) return;
    this.#term = { epoch: raised.epoch, untilMs, timer: this.#watch(untilMs) };
    this.#options.log.info('lead-taken', { epoch: raised.epoch });
    this.#options.listener.onLead(raised.epoch);
  }

  async #renew(term: Term): Promise<void> {
    const { db, name, holder, timing, clock } = this.#options;
    const sentMs = clock.monotonicMs();
    const renewal = await renewLease(db, { name, holder, leaseMs: timing.leaseMs });
    if (this.#term !== term) return;
    if (renewal?.epoch !== term.epoch) {
      this.#lose('taken-over');
      return;
    }
    if (clock.monotonicMs() >= term.untilMs) {
      this.#lose('not-renewed');
      return;
    }
    term.timer.cancel();
    term.untilMs = sentMs + timing.renewDeadlineMs;
    term.timer = this.#watch(term.untilMs);
  }

  /** Fires at the deadline, or right after a stand-still that slept through it. */
  #watch(untilMs: number): Timer {
    const { clock } = this.#options;
    return clock.setTimer(untilMs - clock.monotonicMs(), () => this.#lose('not-renewed'));
  }

  #lose(reason: LossReason): void {
    const term = this.#term;
    if (term === undefined) return;
    this.#term = undefined;
    term.timer.cancel();
    this.#options.log.info('lead-lost', { epoch: term.epoch, reason });
    this.#options.listener.onLost(reason);
  }
}
