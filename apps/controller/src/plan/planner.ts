/**
 * What the leader does about runs, one turn after the other:
 *
 * | found | done |
 * |---|---|
 * | an open run of an earlier epoch, same plan | adopted: its finished shards count |
 * | an open run of another plan | given up |
 * | an open run with shards left | spent shards are set aside, the rest is waited for |
 * | an open run with none left | committed |
 * | none open, one due | opened |
 *
 * Opening, adopting, giving up and committing hold the epoch row in their own transaction; a leader that was stopped in
 * between finds another epoch there and changes nothing.
 */
import type { Log } from '@trimtab/daemon';
import { type Database, ensureDayPartitions, readClock, type Tx } from '@trimtab/store';
import { holdEpoch } from '@trimtab/store/lead';
import { countWaitingBodies } from '@trimtab/store/pack';
import {
  abandonRun,
  adoptRun,
  commitRun,
  countShards,
  findCommittedRun,
  findOpenRun,
  listShardsWithContainers,
  openRun,
  type RunRow,
  type ShardCounts,
  setAsideSpentShards,
} from '@trimtab/store/run';
import type { ControllerMetrics } from '../metrics.ts';
import { asOfDayAt, isRunDue, type RunTiming } from './due-run.ts';
import { isSamePlan, parseStoredPlan, type StoredPlan } from './stored-plan.ts';

/** What a planner needs. */
export interface PlannerOptions {
  readonly db: Database;
  /** Milliseconds since 1970, asked once a turn; the database's clock unless told. */
  readonly now?: () => Promise<number>;
  readonly log: Log;
  readonly metrics: ControllerMetrics;
  readonly leadName: string;
  readonly plan: StoredPlan;
  readonly timing: RunTiming;
  readonly maxAttempts: number;
  readonly visibilityMs: number;
}

/** What a turn found or did. */
export type PlannerTurn =
  | { readonly kind: 'idle' }
  | { readonly kind: 'lost' } // The epoch is another's.
  | { readonly kind: 'abandoned'; readonly runId: number }
  | { readonly kind: 'open'; readonly runId: number; readonly counts: ShardCounts }
  | { readonly kind: 'committed'; readonly run: RunRow; readonly counts: ShardCounts };

/** Opens, watches and commits runs for as long as its instance leads. */
export class Planner {
  readonly #options: PlannerOptions;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** One turn under `epoch`. With `force` a run is opened even where none is due. */
  async turn(epoch: number, { force }: { readonly force: boolean }): Promise<PlannerTurn> {
    const { db, timing, now = () => readClock(db) } = this.#options;
    const open = await findOpenRun(db);
    if (open !== undefined) return await this.#advance(open, epoch);
    const nowMs = await now();
    const asOfDay = asOfDayAt(nowMs, timing.delayMs);
    if (!force && !(await this.#isDue(asOfDay, nowMs))) return { kind: 'idle' };
    return await this.#open(epoch, asOfDay);
  }

  async #advance(run: RunRow, epoch: number): Promise<PlannerTurn> {
    const { db, log, metrics, maxAttempts, visibilityMs } = this.#options;
    const { runId } = run;
    if (!this.#fits(run)) {
      const isOurs = await this.#underEpoch(epoch, (tx) => abandonRun(tx, runId));
      if (isOurs) log.warn('run-abandoned', { runId });
      return isOurs ? { kind: 'abandoned', runId } : { kind: 'lost' };
    }
    if (run.epoch !== epoch) {
      if (!(await this.#underEpoch(epoch, (tx) => adoptRun(tx, { runId, epoch })))) {
        return { kind: 'lost' };
      }
      log.info('run-adopted', { runId, epoch });
    }
    for (const { shard, reason } of await setAsideSpentShards(db, {
      runId,
      maxAttempts,
      visibilityMs,
    })) {
      metrics.shardsSetAside.inc();
      log.error('shard-set-aside', { runId, shard, reason });
    }
    const counts = await countShards(db, runId);
    metrics.shardsWaiting.set(counts.waiting + counts.claimed);
    if (counts.waiting + counts.claimed > 0) return { kind: 'open', runId, counts };
    if (!(await this.#underEpoch(epoch, (tx) => commitRun(tx, { runId, epoch })))) {
      return { kind: 'lost' };
    }
    log.info('run-committed', { runId, ...counts });
    return { kind: 'committed', run, counts };
  }

  async #open(epoch: number, asOfDay: number): Promise<PlannerTurn> {
    const { db, log, leadName, plan } = this.#options;
    const shards = await listShardsWithContainers(db, asOfDay);
    if (shards.length === 0) return { kind: 'idle' };
    // The day that the run's forecasts speak of.
    await ensureDayPartitions(db, [asOfDay]);
    const runId = await db.transaction((tx) =>
      openRun(tx, { leadName, epoch, kind: 'daily', asOfDay, plan, shards }),
    );
    if (runId === undefined) return { kind: 'lost' };
    log.info('run-opened', { runId, asOfDay, shards: shards.length });
    return { kind: 'open', runId, counts: await countShards(db, runId) };
  }

  async #isDue(asOfDay: number, nowMs: number): Promise<boolean> {
    const { db, metrics, plan, timing } = this.#options;
    const committed = await findCommittedRun(db);
    if (committed?.committedAt) {
      metrics.runAge.set(Math.max(0, nowMs - committed.committedAt.getTime()) / 1000);
    }
    return isRunDue({
      nowMs,
      timing,
      committed: committed && {
        asOfDay: committed.asOfDay,
        isSamePlan: hasPlan(committed, plan),
      },
      bodiesWaiting: await countWaitingBodies(db, asOfDay * 24),
    });
  }

  #fits(run: RunRow): boolean {
    return hasPlan(run, this.#options.plan);
  }

  /** Runs `change` while the epoch is held; false where the epoch is another's or `change` says so. */
  async #underEpoch(epoch: number, change: (tx: Tx) => Promise<boolean>): Promise<boolean> {
    const { db, leadName } = this.#options;
    return await db.transaction(
      async (tx) => (await holdEpoch(tx, { name: leadName, epoch })) && (await change(tx)),
    );
  }
}

function hasPlan(run: RunRow, plan: StoredPlan): boolean {
  try {
    return isSamePlan(parseStoredPlan(run.plan), plan);
  } catch {
    // What another version stored is not our plan; that is all that is asked here.
    return false;
  }
}
