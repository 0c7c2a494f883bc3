import type { TestContext } from 'node:test';
import { defaultPlan } from '@trimtab/analysis';
import { systemClock } from '@trimtab/daemon';
import type { Database } from '@trimtab/store';
import { raiseEpoch, takeLease } from '@trimtab/store/lead';
import { findCommittedRun } from '@trimtab/store/run';
import { Planner, type StoredPlan } from '../src/plan/index.ts';
import type { PlannerOptions } from '../src/plan/planner.ts';
import { analyseShard } from '../src/run/analyse-shard.ts';
import { ShardWorker, type ShardWorkerOptions } from '../src/run/shard-worker.ts';
import { type Bench, makeBench, quiet } from './database.ts';
import { fill } from './fill.ts';

/** The day under way; runs as of it use the days before. */
export const TODAY = Math.floor(Date.now() / 86_400_000);
/** Never aborted. */
export const never = new AbortController().signal;
export const PLAN: StoredPlan = { analysis: defaultPlan('balanced'), historyDays: 28 };

/** A bench with six days of three workloads, five of them closed. */
export async function makeRunBench(scope: TestContext): Promise<Bench> {
  const bench = await makeBench(scope);
  await fill(bench, {
    firstDay: TODAY - 6,
    days: 6,
    workloads: ['cart', 'pay', 'search'],
    closeBefore: TODAY - 1,
  });
  return bench;
}

/** Takes the lease for `holder`, whoever has it, and returns the new epoch. */
export async function takeLead(bench: Bench, holder: string): Promise<number> {
  await bench.admin.query('delete from leader_lease');
  await takeLease(bench.db, { name: 'controller', holder, leaseMs: 60_000 });
  const raised = await raiseEpoch(bench.db, { name: 'controller', holder });
  if (raised === undefined) throw new Error('the lease was not taken');
  return raised.epoch;
}

export function makePlanner(db: Database, plan = PLAN, more: Partial<PlannerOptions> = {}) {
  const { log, metrics, lines } = quiet();
  const planner = new Planner({
    db,
    log,
    metrics,
    leadName: 'controller',
    plan,
    timing: { delayMs: 0, graceMs: 0 },
    maxAttempts: 3,
    visibilityMs: 60_000,
    ...more,
  });
  return { planner, lines };
}

/** A worker that analyses in this thread. */
export function makeWorker(db: Database, options: Partial<ShardWorkerOptions> = {}) {
  const { log, metrics, lines } = quiet();
  const worker = new ShardWorker({
    db,
    clock: systemClock,
    random: () => 0,
    log,
    metrics,
    holder: 'test',
    parallel: 1,
    visibilityMs: 60_000,
    maxAttempts: 3,
    analyse: (task) => Promise.resolve(analyseShard(task)),
    ...options,
  });
  return { worker, lines };
}

/** A whole run: opened, worked, committed; returns its id. */
export async function wholeRun(bench: Bench, plan = PLAN): Promise<number> {
  const epoch = await takeLead(bench, 'whole-run');
  const { planner } = makePlanner(bench.db, plan);
  await planner.turn(epoch, { force: true });
  await makeWorker(bench.db).worker.work(never);
  const turn = await planner.turn(epoch, { force: false });
  if (turn.kind !== 'committed') throw new Error(`the run was not committed: ${turn.kind}`);
  return turn.run.runId;
}

/** A recommendation as readers see it. */
export interface VisibleRec {
  readonly workload: string;
  readonly fromRun: number;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly code: string | null;
}

/** What readers see now: the recommendations in force at the newest committed run. */
export async function visibleRecs(bench: Bench): Promise<VisibleRec[]> {
  const run = await findCommittedRun(bench.admin);
  return await bench.admin.query<VisibleRec>(
    `select w.name as workload, r.from_run as "fromRun", r.cpu_request_m as cpu, r.memory_request as memory,
            r.evidence->'cpu'->>'code' as code
     from rec r join wc c using (wc_id) join workload w using (workload_id)
     where r.from_run <= $1 and (r.to_run is null or r.to_run > $1) order by w.name`,
    [run?.runId ?? -1],
  );
}
