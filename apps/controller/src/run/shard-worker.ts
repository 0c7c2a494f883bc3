/**
 * Works shards of open runs, on every replica, whoever leads:
 *
 *   claim (token, heartbeat) -> read in one snapshot -> analyse in a thread -> write under the token -> done
 *
 * | what goes wrong | what happens |
 * |---|---|
 * | the claim expired and another took the shard | the write finds another token and is dropped |
 * | the analysis or the write fails | the shard waits again with the reason; after the last attempt the leader sets it aside |
 * | the database goes away | the attempt does not count: the shard is handed back when the database is there again |
 * | another version opened the run: its plan cannot be read, or its numbers not computed, here | the same, and no other shard is asked for in this turn |
 * | this process stops | the shard is handed back at once |
 * | this process dies | the claim expires |
 */
import { randomUUID } from 'node:crypto';
import { type Clock, type Log, retry } from '@trimtab/daemon';
import { type Database, isUnavailable } from '@trimtab/store';
import {
  beatClaim,
  type Claim,
  type ClaimedShard,
  claimShard,
  failShard,
  releaseShard,
} from '@trimtab/store/run';
import { isDatabaseAway } from '../database-away.ts';
import { ControllerError } from '../errors.ts';
import type { ControllerMetrics } from '../metrics.ts';
import { parseStoredPlan } from '../plan/index.ts';
import type { ContainerResult } from './analyse-shard.ts';
import { readTask } from './read-task.ts';
import type { ShardTask } from './shard-task.ts';
import { writeShard } from './write-shard.ts';

/** What a shard worker needs. */
export interface ShardWorkerOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: ControllerMetrics;
  /** Names this process start in the claims. */
  readonly holder: string;
  /** Shards at once. */
  readonly parallel: number;
  readonly visibilityMs: number;
  readonly maxAttempts: number;
  readonly analyse: (task: ShardTask) => Promise<readonly ContainerResult[]>;
  readonly onShard?: (shard: ShardDone) => void;
}

/** A shard that was written. */
interface ShardDone {
  readonly runId: number;
  readonly shard: number;
  readonly containers: number;
  /** Recommendations rewritten. */
  readonly changed: number;
}

/** Claims and works shards until there are none. */
export class ShardWorker {
  readonly #options: ShardWorkerOptions;

  constructor(options: ShardWorkerOptions) {
    this.#options = options;
  }

  /** Works until no shard can be claimed or `signal` is aborted; returns how many were written. */
  async work(signal: AbortSignal): Promise<number> {
    let written = 0;
    const lane = async (): Promise<void> => {
      while (!signal.aborted) {
        const outcome = await this.#workOne(signal);
        if (outcome === 'none') return;
        if (outcome === 'written') written += 1;
      }
    };
    const lanes = Array.from({ length: this.#options.parallel }, lane);
    const ends = await Promise.allSettled(lanes);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return written;
  }

  async #workOne(signal: AbortSignal): Promise<'none' | 'written' | 'not-written'> {
    const { db, holder, visibilityMs, maxAttempts } = this.#options;
    const token = randomUUID();
    const claimed = await claimShard(db, { token, holder, visibilityMs, maxAttempts });
    if (claimed === undefined) return 'none';
    const claim: Claim = { runId: claimed.runId, shard: claimed.shard, token };
    const heart = new AbortController();
    const beating = this.#beat(claim, heart.signal);
    try {
      return (await this.#finish(claimed, claim, signal)) ? 'written' : 'not-written';
    } catch (error) {
      await this.#giveBack(claim, error, signal);
      if (isNoFaultOfShard(error)) throw error;
      return 'not-written';
    } finally {
      heart.abort();
      await beating;
    }
  }

  async #finish(claimed: ClaimedShard, claim: Claim, signal: AbortSignal): Promise<boolean> {
    const { db, clock, log, metrics, analyse, onShard } = this.#options;
    const { asOfDay, shard, runId } = claimed;
    const startMs = clock.monotonicMs();
    const plan = parseStoredPlan(claimed.plan);
    const task = await readTask(db, { shard, asOfDay, plan });
    throwIfStopped(signal);
    const results = await analyse(task);
    throwIfStopped(signal);
    const outcome = await writeShard(db, claim, { asOfDay, results });
    if (outcome.kind === 'lost') {
      log.warn('shard-claim-lost', { runId, shard });
      return false;
    }
    const corrupt = results.filter((result) => result.isCorrupt).map((result) => result.wcId);
    if (corrupt.length > 0) log.error('history-corrupt', { runId, shard, containers: corrupt });
    metrics.shardsDone.inc();
    metrics.shardSeconds.observe((clock.monotonicMs() - startMs) / 1000);
    onShard?.({ runId, shard, containers: outcome.containers, changed: outcome.changed });
    return true;
  }

  /** Keeps the claim alive. A failed beat is no trouble of its own: the write asks for the token anyway. */
  async #beat(claim: Claim, signal: AbortSignal): Promise<void> {
    const { db, clock, visibilityMs, log } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(visibilityMs / 3, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        if (!(await beatClaim(db, claim))) return;
      } catch (error) {
        log.debug('heartbeat-failed', { ...shardOf(claim), error });
      }
    }
  }

  async #giveBack(claim: Claim, error: unknown, signal: AbortSignal): Promise<void> {
    const { db, clock, random, log, metrics, visibilityMs } = this.#options;
    const isInnocent = signal.aborted || isNoFaultOfShard(error);
    if (!isInnocent) {
      metrics.failures.inc({ work: 'shard' });
      log.error('shard-failed', { ...shardOf(claim), error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    try {
      await retry(() => (isInnocent ? releaseShard(db, claim) : failShard(db, claim, reason)), {
        attempts: signal.aborted ? 1 : 8,
        baseMs: 200,
        capMs: 5_000,
        deadlineMs: visibilityMs,
        random,
        clock,
        retryable: isUnavailable,
      });
    } catch (failure) {
      // The claim expires by itself.
      log.warn('shard-not-handed-back', { ...shardOf(claim), error: failure });
    }
  }
}

function shardOf({ runId, shard }: Claim) {
  return { runId, shard };
}

/** Whether every other shard would fail here too, so that going on would only spend attempts. */
function isNoFaultOfShard(error: unknown): boolean {
  const isPlan = error instanceof ControllerError && error.code === 'TT_CONTROLLER_PLAN';
  return isPlan || isDatabaseAway(error);
}

function throwIfStopped(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new ControllerError(
    'TT_CONTROLLER_STOPPED',
    'the controller stops; the shard is handed back',
  );
}
