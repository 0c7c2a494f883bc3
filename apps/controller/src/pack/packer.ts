import type { Clock, Log } from '@trimtab/daemon';
import { type Database, readClock } from '@trimtab/store';
import { listWaitingUnits, type WaitingUnit } from '@trimtab/store/pack';
import { DAY_MS, dayOfHour, epochHour } from '@trimtab/units';
import { isDatabaseAway } from '../database-away.ts';
import { ControllerError } from '../errors.ts';
import type { ControllerMetrics } from '../metrics.ts';
import { cutJobs, dueUnits, isEarly, type PackJob, type PackTiming } from './due-units.ts';
import { type PackOptions, type PackOutcome, packUnits } from './pack-units.ts';
import { withPartitions } from './with-partitions.ts';

/** What a packer needs. */
export interface PackerOptions {
  readonly db: Database;
  /** For durations only. */
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Milliseconds since 1970, asked once a pass; the database's clock unless told. */
  readonly now?: () => Promise<number>;
  readonly log: Log;
  readonly metrics: ControllerMetrics;
  readonly timing: PackTiming;
  /** Jobs at once. */
  readonly parallel: number;
  /** Bodies a job, about. */
  readonly maxBodies: number;
  /** How many days quarters of closed days are kept. */
  readonly keepBlockDays: number;
  /** Called with the bodies that wait as a pass begins. */
  readonly onWaiting?: (bodies: number) => void;
  /** Called after each job. */
  readonly onPacked?: (outcome: PackOutcome) => void;
}

/** What one pass came to. */
export interface PackPass {
  /** Units that were due when the pass began. */
  readonly units: number;
  readonly bodies: number;
  readonly containerHours: number;
  readonly setAside: number;
  readonly failures: number;
}

/** Packs what is due, pass after pass; any number of packers may run on the same database. */
export class Packer {
  readonly #options: PackerOptions;
  readonly #lastEarlyMs = new Map<number, number>();

  constructor(options: PackerOptions) {
    this.#options = options;
  }

  /**
   * One pass over everything that is due. A job that fails is logged, counted and left for the next pass, the others go
   * on; rejects only where the database cannot be reached. Ends early, with what it has, once `signal` is aborted.
   */
  async pass(signal: AbortSignal): Promise<PackPass> {
    const { db, timing, metrics, maxBodies, now = () => readClock(db) } = this.#options;
    const waiting = await listWaitingUnits(db);
    const bodiesWaiting = sumOf(waiting, (unit) => unit.bodies);
    metrics.bodiesWaiting.set(bodiesWaiting);
    this.#options.onWaiting?.(bodiesWaiting);
    const nowMs = await now();
    const units = dueUnits({ units: waiting, nowMs, timing, lastEarlyMs: this.#lastEarlyMs });
    this.#noteEarly(units, nowMs);
    const outcomes = await this.#work(cutJobs(units, maxBodies), nowMs, signal);
    const done = outcomes.filter((outcome) => outcome !== undefined);
    return {
      units: units.length,
      bodies: sumOf(done, (outcome) => outcome.bodies),
      containerHours: sumOf(done, (outcome) => outcome.containerHours),
      setAside: sumOf(done, (outcome) => outcome.setAside.length),
      failures: outcomes.length - done.length,
    };
  }

  #noteEarly(units: readonly WaitingUnit[], nowMs: number): void {
    for (const { clusterId, hour } of units) {
      if (isEarly(hour, nowMs, this.#options.timing.delayMs)) {
        this.#lastEarlyMs.set(clusterId, nowMs);
      }
    }
  }

  /** Outcomes of the jobs begun; undefined for one that failed. */
  async #work(
    jobs: readonly PackJob[],
    nowMs: number,
    signal: AbortSignal,
  ): Promise<readonly (PackOutcome | undefined)[]> {
    const queue = [...jobs];
    const outcomes: (PackOutcome | undefined)[] = [];
    const lane = async (): Promise<void> => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        if (signal.aborted) return;
        const outcome = await this.#attempt(job, nowMs);
        outcomes.push(outcome);
        if (outcome === undefined) queue.push(...hoursApart(job));
      }
    };
    const lanes = Array.from({ length: this.#options.parallel }, lane);
    const ends = await Promise.allSettled(lanes);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return outcomes;
  }

  async #attempt(job: PackJob, nowMs: number): Promise<PackOutcome | undefined> {
    const { log, metrics } = this.#options;
    try {
      return await this.#pack(job, nowMs);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      metrics.failures.inc({ work: 'pack' });
      log.error('pack-failed', { clusterId: job.clusterId, hours: job.hours, error });
      return undefined;
    }
  }

  async #pack(job: PackJob, nowMs: number): Promise<PackOutcome> {
    const { db, clock, maxBodies, metrics } = this.#options;
    const startMs = clock.monotonicMs();
    const firstBlockDay = Math.floor(nowMs / DAY_MS) - this.#options.keepBlockDays;
    const options = { maxBodies, firstBlockDay };
    const days = [...new Set(job.hours.map((hour) => dayOfHour(epochHour(hour))))];
    const outcome = await withPartitions(db, days, () => packTwice(db, job, options));
    metrics.packSeconds.observe((clock.monotonicMs() - startMs) / 1000);
    this.#tell(job, outcome);
    return outcome;
  }

  #tell(job: PackJob, outcome: PackOutcome): void {
    const { log, metrics, onPacked } = this.#options;
    metrics.unitsPacked.add(outcome.hours.length);
    metrics.bodiesPacked.add(outcome.bodies);
    metrics.bodiesSetAside.add(outcome.setAside.length);
    metrics.storedUnreadable.add(outcome.unreadable);
    if (outcome.unreadable > 0) {
      log.error('stored-hours-unreadable', { clusterId: job.clusterId, hours: outcome.unreadable });
    }
    for (const { body, reason } of outcome.setAside) {
      const { agentId, epoch, seq, hour } = body;
      log.warn('body-set-aside', { agentId, epoch: String(epoch), seq: String(seq), hour, reason });
    }
    onPacked?.(outcome);
  }
}

/** A job that failed, cut into its hours, so that one that cannot be packed does not hold up the others. */
function hoursApart(job: PackJob): PackJob[] {
  return job.hours.length === 1 ? [] : job.hours.map((hour) => ({ ...job, hours: [hour] }));
}

/** A day that was closed in between is found closed the second time, and stays so. */
async function packTwice(db: Database, job: PackJob, options: PackOptions): Promise<PackOutcome> {
  try {
    return await packUnits(db, job, options);
  } catch (error) {
    if (!isDayClosed(error)) throw error;
    return await packUnits(db, job, options);
  }
}

function isDayClosed(error: unknown): boolean {
  return error instanceof ControllerError && error.code === 'TT_CONTROLLER_DAY_CLOSED';
}

function sumOf<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((sum, item) => sum + measure(item), 0);
}
