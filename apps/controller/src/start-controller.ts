/**
 * Wires the controller. Every replica packs, closes days and works shards; the one that leads plans runs as well.
 * Starts whatever the state of the database: while it is away the loops wait, and readiness says so.
 */
import { type Health, retry } from '@trimtab/daemon';
import { assemble, type ControllerOptions, type Loops, type Parts } from './assemble.ts';
import { isDatabaseAway } from './database-away.ts';
import type { Progress } from './progress.ts';
import { type RunSummary, runNow } from './run-now.ts';

/** A running controller. */
export interface Controller {
  /**
   * Packs what is due, closes what is due, and computes recommendations as of now, whether or not a run is due;
   * resolves when they are visible. Waits up to two leases for the lead, then throws TT_CONTROLLER_NOT_LEADING.
   */
  runNow(): Promise<RunSummary>;
  /** Counts since the start. */
  packed(): Progress;
  /** The epoch while this instance leads. */
  epoch(): number | undefined;
  /** The loops still turn. */
  live(): Health;
  /** The database answers and partitions are in place. */
  ready(): Health;
  /** Stops taking, hands shards back, gives the lease back, closes every connection. Harmless when called twice. */
  stop(): Promise<void>;
}

/** A turn that takes longer than this has hung: the longest statement ends after a minute. */
const SILENT_MS = 600_000;
/** For a run that was asked for: a managed failover takes up to two minutes, one step of work far longer. */
const PATIENCE = { attempts: 60, baseMs: 200, capMs: 5_000, deadlineMs: 3_600_000 };

/** Starts a controller; its loops turn from now on. Throws TT_STORE_URL at a URL that cannot be read. */
export function startController(options: ControllerOptions): Controller {
  const parts = assemble(options);
  const { loops, elector, stopping } = parts;
  elector.start();
  for (const loop of Object.values(loops)) loop.start();
  options.log.info('controller-started', { holder: parts.holder });
  let stopped: Promise<void> | undefined;
  return {
    runNow: () => runNowWith(parts, options),
    packed: () => parts.board.now,
    epoch: () => elector.epoch(),
    live: () => liveHealth(loops),
    ready: () => readyHealth(parts),
    stop: () => {
      stopping.abort(new Error('the controller stops'));
      stopped ??= leave(parts);
      return stopped;
    },
  };
}

async function runNowWith(parts: Parts, options: ControllerOptions): Promise<RunSummary> {
  const { db, loops, elector, planning, stopping } = parts;
  const { clock, random, config } = options;
  const { signal } = stopping;
  /** Waits out a failover: each step can be taken again, whatever became of it. */
  const persist = <T>(step: () => Promise<T>): Promise<T> =>
    retry(step, { ...PATIENCE, random, clock, signal, retryable: isDatabaseAway });
  return await runNow({
    db: { query: (text, params) => persist(() => db.query(text, params)) },
    clock,
    signal,
    isLeading: () => elector.epoch() !== undefined,
    leadDeadlineMs: 2 * config.lead.leaseSeconds * 1000,
    pack: () => persist(() => loops.pack.now()),
    close: () => persist(() => loops.close.now()),
    plan: ({ force }) =>
      persist(() => {
        if (force) planning.force();
        return loops.plan.now();
      }),
    workShards: () => persist(() => loops.shards.now()),
  });
}

function liveHealth(loops: Loops): Health {
  for (const [name, loop] of Object.entries(loops)) {
    const silentMs = Math.round(loop.silentMs);
    if (silentMs > SILENT_MS)
      return { ok: false, reason: `loop ${name} silent for ${silentMs} ms` };
  }
  return { ok: true, reason: 'every loop turns' };
}

function readyHealth({ loops, stopping, hasPartitions }: Parts): Health {
  if (stopping.signal.aborted) return { ok: false, reason: 'the process is leaving' };
  if (!hasPartitions()) return { ok: false, reason: 'partitions are not in place yet' };
  for (const [name, { failure }] of Object.entries(loops)) {
    if (failure !== undefined) return { ok: false, reason: `loop ${name}: ${failure}` };
  }
  return { ok: true, reason: 'the database answers' };
}

/** Loops first, so that shards are handed back while there is a database; the lease last but for the connections. */
async function leave({ loops, pool, elector, db, leadDb }: Parts): Promise<void> {
  const turning = Object.values(loops).map((loop) => loop.stop());
  // After the loops know: what the threads leave behind is then handed back, not counted as failed.
  await pool.close();
  await Promise.all(turning);
  await elector.stop();
  await Promise.all([db.close(), leadDb.close()]);
}
