import type { Clock } from '@trimtab/daemon';
import type { Tx } from '@trimtab/store';
import { countRecs, countShards, findCommittedRun, findOpenRun } from '@trimtab/store/run';
import { ControllerError } from './errors.ts';
import type { PackPass } from './pack/index.ts';
import type { PlannerTurn } from './plan/index.ts';

/** What a run asked for came to. */
export interface RunSummary {
  /** Absent where there was no workload container to analyse. */
  readonly runId?: number;
  readonly bodiesPacked: number;
  readonly bodiesSetAside: number;
  readonly daysClosed: number;
  readonly shards: number;
  readonly shardsSetAside: number;
  readonly containers: number;
  readonly recommended: number;
  readonly partial: number;
  readonly withheld: number;
  /** Recommendations that this run wrote or rewrote. */
  readonly changed: number;
  readonly durationMs: number;
}

/** The turns that a run asked for is made of; each waits for the one under way, and comes through a lost connection. */
export interface RunNowSteps {
  readonly db: Pick<Tx, 'query'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly isLeading: () => boolean;
  /** How long to wait for the lead in milliseconds. */
  readonly leadDeadlineMs: number;
  readonly pack: () => Promise<PackPass>;
  readonly close: () => Promise<number>;
  readonly plan: (ask: { readonly force: boolean }) => Promise<PlannerTurn>;
  readonly workShards: () => Promise<number>;
}

/** Wait between looks at what others do: a lease to run out, a shard of another replica. */
const POLL_MS = 200;

/**
 * Packs everything that is due, closes the days that are due, opens a run and waits until it is committed. Throws
 * TT_CONTROLLER_NOT_LEADING where another instance leads, and whatever a step throws.
 */
export async function runNow(steps: RunNowSteps): Promise<RunSummary> {
  const startMs = steps.clock.monotonicMs();
  await waitForLead(steps);
  const packed = await packAll(steps);
  const daysClosed = await steps.close();
  const runId = await openRun(steps);
  if (runId !== undefined) await waitForCommit(steps, runId);
  const durationMs = steps.clock.monotonicMs() - startMs;
  return { ...packed, daysClosed, ...(await countRun(steps.db, runId)), durationMs };
}

async function waitForLead({ clock, signal, isLeading, leadDeadlineMs }: RunNowSteps) {
  const deadlineMs = clock.monotonicMs() + leadDeadlineMs;
  while (!isLeading()) {
    if (clock.monotonicMs() >= deadlineMs) throw notLeading(`for ${leadDeadlineMs} ms`);
    await clock.sleep(POLL_MS, signal);
  }
}

/** Passes until nothing is due any more, or a pass gets nowhere: what fails is left for the loop. */
async function packAll({ pack }: RunNowSteps) {
  let bodiesPacked = 0;
  let bodiesSetAside = 0;
  for (;;) {
    const pass = await pack();
    bodiesPacked += pass.bodies;
    bodiesSetAside += pass.setAside;
    if (pass.bodies === 0) return { bodiesPacked, bodiesSetAside };
  }
}

/**
 * Sees a run through that was open already, since what it saw may be older than what was asked for, then opens one;
 * undefined where there is nothing to analyse.
 */
async function openRun(steps: RunNowSteps): Promise<number | undefined> {
  const earlier = await findOpenRun(steps.db);
  for (;;) {
    const turn = await steps.plan({ force: true });
    switch (turn.kind) {
      case 'idle':
        return undefined;
      case 'lost':
        throw notLeading('when the run was to be opened');
      case 'open':
        if (turn.runId !== earlier?.runId) return turn.runId;
        await waitForCommit(steps, turn.runId);
        break;
      case 'abandoned':
      case 'committed':
        break;
    }
  }
}

async function waitForCommit(steps: RunNowSteps, runId: number): Promise<void> {
  const { db, clock, signal } = steps;
  for (;;) {
    await steps.workShards();
    const turn = await steps.plan({ force: false });
    if (turn.kind === 'lost') throw notLeading(`while run ${runId} was under way`);
    // The loop's own turn may have committed it.
    if (((await findCommittedRun(db))?.runId ?? 0) >= runId) return;
    await clock.sleep(POLL_MS, signal);
  }
}

async function countRun(db: RunNowSteps['db'], runId: number | undefined) {
  if (runId === undefined) {
    const recs = { recommended: 0, partial: 0, withheld: 0, changed: 0 };
    return { shards: 0, shardsSetAside: 0, containers: 0, ...recs };
  }
  const { total, setAside, containers } = await countShards(db, runId);
  return {
    runId,
    shards: total,
    shardsSetAside: setAside,
    containers,
    ...(await countRecs(db, runId)),
  };
}

function notLeading(when: string): ControllerError {
  return new ControllerError(
    'TT_CONTROLLER_NOT_LEADING',
    `run now: another instance leads ${when}; expected this one to: ask that one, or stop it first`,
  );
}
