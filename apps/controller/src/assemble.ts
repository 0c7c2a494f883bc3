/** Makes a controller's parts and hands each what it needs; nothing runs yet. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import process from 'node:process';
import { defaultPlan } from '@trimtab/analysis';
import type { Clock, Log, Metrics } from '@trimtab/daemon';
import {
  checkSchema,
  connect,
  type Database,
  dropExpiredPartitions,
  ensurePartitions,
  type Retention,
  readClock,
} from '@trimtab/store';
import { findOldestOpenDay } from '@trimtab/store/pack';
import { DAY_MS, HOUR_MS } from '@trimtab/units';
import type { ControllerConfig } from './config.ts';
import { createRowElector, type Elector } from './lead/index.ts';
import { Loop } from './loop.ts';
import { type ControllerMetrics, declareMetrics } from './metrics.ts';
import { closeDueDays, Packer } from './pack/index.ts';
import { Planner, type PlannerTurn, wishedTurns } from './plan/index.ts';
import { type Progress, ProgressBoard } from './progress.ts';
import { ShardWorker, WorkerPool } from './run/index.ts';

/** All that a controller is made of. */
export interface ControllerOptions {
  /** URL of a login that may act as trimtab_controller. */
  readonly databaseUrl: string;
  readonly config: ControllerConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called with the new counts after each job, day and shard. */
  readonly onProgress?: (progress: Progress) => void;
}

const LEAD_NAME = 'controller';
const STATEMENT_TIMEOUT_MS = 60_000;

/** The parts of a controller. */
export type Parts = ReturnType<typeof assemble>;
/** Its loops by name. */
export type Loops = Parts['loops'];

/** Makes the parts; connects to nothing. Throws TT_STORE_URL at a URL that cannot be read. */
export function assemble(options: ControllerOptions) {
  const { config, clock } = options;
  const metrics = declareMetrics(options.metrics);
  // Not zero: no run has been seen yet.
  metrics.runAge.set(Number.NaN);
  const holder = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  const db = openPool(options, config.pack.parallel + config.run.workers * 2 + 4);
  const leadDb = openLeadPool(options);
  const shared: Shared = {
    options,
    db,
    metrics,
    holder,
    board: new ProgressBoard(options.onProgress),
    elector: makeElector(options, metrics, { db: leadDb, holder }),
    pool: new WorkerPool({
      size: config.run.workers,
      taskTimeoutMs: config.run.taskSeconds * 1000,
      heapMib: config.run.heapMib,
      clock,
      script: new URL('./run/analysis.worker.ts', import.meta.url),
    }),
  };
  const planning = makePlanning(shared);
  const keeping = makeKeeping(shared);
  return {
    ...shared,
    leadDb,
    planning,
    hasPartitions: keeping.isDone,
    stopping: new AbortController(),
    loops: makeLoops(shared, { planning, keeping }),
  };
}

interface Shared {
  readonly options: ControllerOptions;
  readonly db: Database;
  readonly metrics: ControllerMetrics;
  readonly board: ProgressBoard;
  readonly holder: string;
  readonly elector: Elector;
  readonly pool: WorkerPool;
}

function openPool({ databaseUrl }: ControllerOptions, poolSize: number): Database {
  return connect({
    url: databaseUrl,
    role: 'trimtab_controller',
    poolSize,
    applicationName: 'trimtab-controller',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
}

/** Renewals have connections of their own and give up before the lead is lost anyway. */
function openLeadPool({ databaseUrl, config }: ControllerOptions): Database {
  return connect({
    url: databaseUrl,
    role: 'trimtab_controller',
    poolSize: 2,
    applicationName: 'trimtab-controller-lead',
    statementTimeoutMs: config.lead.renewSeconds * 1000,
    acquireTimeoutMs: config.lead.renewSeconds * 1000,
  });
}

function makeElector(
  { config, clock, random, log }: ControllerOptions,
  metrics: ControllerMetrics,
  { db, holder }: { readonly db: Database; readonly holder: string },
): Elector {
  const { leaseSeconds, renewSeconds, retrySeconds } = config.lead;
  return createRowElector({
    db,
    name: LEAD_NAME,
    holder,
    timing: {
      leaseMs: leaseSeconds * 1000,
      renewDeadlineMs: renewSeconds * 1000,
      retryMs: retrySeconds * 1000,
    },
    clock,
    random,
    log,
    listener: {
      onLead: (epoch) => {
        metrics.isLeading.set(1);
        metrics.epoch.set(epoch);
      },
      onLost: () => metrics.isLeading.set(0),
    },
  });
}

/** One planner turn under the epoch of the moment; a run asked for is opened by the next turn that can. */
function makePlanning({ options, db, metrics, elector, board }: Shared) {
  const { config, log } = options;
  const planner = new Planner({
    db,
    log,
    metrics,
    leadName: LEAD_NAME,
    plan: { analysis: defaultPlan(config.run.preset), historyDays: config.run.historyDays },
    timing: { delayMs: config.run.delaySeconds * 1000, graceMs: config.run.graceSeconds * 1000 },
    maxAttempts: config.run.maxAttempts,
    visibilityMs: config.run.visibilitySeconds * 1000,
  });
  return wishedTurns(async (force) => {
    const epoch = elector.epoch();
    if (epoch === undefined) return { kind: 'lost' };
    const turn = await planner.turn(epoch, { force });
    noteTurn(board, turn);
    return turn;
  });
}

function noteTurn(board: ProgressBoard, turn: PlannerTurn): void {
  if (turn.kind !== 'open' && turn.kind !== 'committed') return;
  const { done, setAside, total } = turn.counts;
  const runId = turn.kind === 'open' ? turn.runId : turn.run.runId;
  const isCommitted = turn.kind === 'committed';
  board.update(() => ({
    run: { runId, shardsDone: done, shardsSetAside: setAside, shardsTotal: total, isCommitted },
  }));
}

/** The partition keeper. Before its first turn it checks the schema: nothing may run on one it does not know. */
function makeKeeping({ options, db }: Shared) {
  const { config, log } = options;
  let isDone = false;
  return {
    isDone: () => isDone,
    turn: async (): Promise<number> => {
      if (!isDone) await checkSchema(db);
      const now = await readClock(db);
      const made = await ensurePartitions(db, { now });
      isDone = true;
      const retention = retentionOf(config, { now, oldestOpenDay: await findOldestOpenDay(db) });
      const { dropped, kept } = await dropExpiredPartitions(db, retention);
      if (dropped.length > 0) log.info('partitions-dropped', { dropped });
      if (kept.length > 0) log.warn('partitions-kept', { kept });
      return made;
    },
  };
}

/** Days open or waiting to be packed keep their partitions, however old they are. */
function retentionOf(
  { keep }: ControllerConfig,
  { now, oldestOpenDay }: { readonly now: number; readonly oldestOpenDay: number | undefined },
): Retention {
  const openDays = Math.floor(now / DAY_MS) - (oldestOpenDay ?? Number.POSITIVE_INFINITY) + 1;
  return {
    now,
    hoursDays: Math.max(2, openDays),
    dayBlockDays: Math.max(keep.blockDays, openDays),
    agentHourDays: Math.max(keep.blockDays + 1, openDays),
    daySumDays: Math.max(keep.sumDays, openDays),
  };
}

function makeLoops(
  shared: Shared,
  {
    planning,
    keeping,
  }: {
    readonly planning: ReturnType<typeof makePlanning>;
    readonly keeping: ReturnType<typeof makeKeeping>;
  },
) {
  const { options, metrics } = shared;
  const { config, clock, random, log } = options;
  const packer = makePacker(shared);
  const worker = makeShardWorker(shared);
  /** Until the schema has been seen to fit and partitions are in place, the others wait. */
  const whenReady =
    <T>(work: (signal: AbortSignal) => Promise<T>) =>
    async (signal: AbortSignal): Promise<T> => {
      if (!keeping.isDone()) await keep.now();
      return await work(signal);
    };
  const make = <T>(name: string, seconds: number, work: (signal: AbortSignal) => Promise<T>) =>
    new Loop({ name, everyMs: seconds * 1000, work, clock, random, log, metrics });
  const keep = make('keep', config.keep.everySeconds, keeping.turn);
  const { everySeconds } = config.run;
  return {
    keep,
    pack: make(
      'pack',
      config.pack.everySeconds,
      whenReady((signal) => packer.pass(signal)),
    ),
    close: make(
      'close',
      config.close.everySeconds,
      whenReady((signal) => closeDays(shared, signal)),
    ),
    plan: make('plan', everySeconds, whenReady(planning.turn)),
    shards: make(
      'shards',
      everySeconds,
      whenReady((signal) => worker.work(signal)),
    ),
  };
}

function makePacker({ options, db, metrics, board }: Shared): Packer {
  const { config, clock, log } = options;
  const { delaySeconds, firstDayEverySeconds, atOnce, parallel, maxBodies } = config.pack;
  return new Packer({
    db,
    clock,
    log,
    metrics,
    timing: {
      delayMs: delaySeconds * 1000,
      firstDayEveryMs: firstDayEverySeconds * 1000,
      firstDayMs: DAY_MS,
      atOnce,
    },
    parallel,
    maxBodies,
    keepBlockDays: config.keep.blockDays,
    onWaiting: (bodiesWaiting) => board.update(() => ({ bodiesWaiting })),
    onPacked: ({ hours, bodies, containerHours, setAside }) =>
      board.update((now) => ({
        unitsPacked: now.unitsPacked + hours.length,
        bodiesPacked: now.bodiesPacked + bodies,
        bodiesSetAside: now.bodiesSetAside + setAside.length,
        containerHours: now.containerHours + containerHours,
        bodiesWaiting: Math.max(0, now.bodiesWaiting - bodies),
      })),
  });
}

async function closeDays(shared: Shared, signal: AbortSignal): Promise<number> {
  const { options, db, metrics, board } = shared;
  const { config, log } = options;
  const onClosed = (): void => board.update((now) => ({ daysClosed: now.daysClosed + 1 }));
  const afterMs = config.close.afterHours * HOUR_MS;
  return await closeDueDays({ db, log, metrics, afterMs, onClosed }, signal);
}

function makeShardWorker({ options, db, metrics, board, holder, pool }: Shared): ShardWorker {
  const { config, clock, random, log } = options;
  return new ShardWorker({
    db,
    clock,
    random,
    log,
    metrics,
    holder,
    parallel: config.run.workers,
    visibilityMs: config.run.visibilitySeconds * 1000,
    maxAttempts: config.run.maxAttempts,
    analyse: (task) => pool.run(task),
    onShard: ({ runId }) =>
      board.update(({ run }) =>
        run?.runId === runId ? { run: { ...run, shardsDone: run.shardsDone + 1 } } : {},
      ),
  });
}
