import type { Database, Tx } from '@trimtab/store';
import { SYNTHETIC_LABEL } from '@trimtab/store/answer';
import { raiseEpoch, takeLease } from '@trimtab/store/lead';
import { ensureContainers, ensureWorkloads } from '@trimtab/store/pack';
import { commitRun, openRun, writeRecs } from '@trimtab/store/run';
import type { Evidence, Finding, Proof, Verdict } from '@trimtab/wire/rest';

/** Which recommendations to make. */
export interface SeedWish {
  readonly tenantId: number;
  readonly clusterId: number;
  /** Containers, one a workload. */
  readonly count: number;
  /** Names begin with it; tells one seeding from another. */
  readonly prefix?: string;
}

/** What was made. */
export interface Seeded {
  readonly runId: number;
  /** Ids of the containers, in the order of their names. */
  readonly ids: readonly number[];
}

const FIRST_HOUR = 480_000;
const LAST_HOUR = FIRST_HOUR + 300;
const AS_OF_DAY = 20_010;
const SHARDS = 4;
/** What every third container has. */
export const FINDING: Finding = {
  code: 'throttled',
  severity: 'warn',
  short: 'throttled 88 min/day',
  text: 'held back by its CPU limit of 500m for 88 minutes a day and replica',
  values: { minutesPerDay: 88, limitMillicores: 500 },
};

/** Makes workloads with a container and a recommendation each, under a new committed run. */
export async function seedRecommendations(owner: Database, wish: SeedWish): Promise<Seeded> {
  const { count, prefix = 'app' } = wish;
  const ids: number[] = [];
  const runId = await runThat(owner, async (tx, run) => {
    const workloads = Array.from({ length: count }, (_, index) => workloadOf(index, prefix));
    const kept = await ensureWorkloads(tx, wish, workloads);
    const indexOf = new Map(kept.map((row) => [row.workloadId, Number(row.name.slice(-4))]));
    const containers = await ensureContainers(tx, wish.tenantId, kept.map(containerOf));
    const numbered = containers.map((row) => ({ ...row, index: indexOf.get(row.workloadId) ?? 0 }));
    for (const [shard, rows] of Map.groupBy(numbered, (row) => row.shard)) {
      const recs = rows.map((row) => recOf(row.index, row.wcId, wish.tenantId));
      await writeRecs(tx, { runId: run, shard }, recs);
    }
    ids.push(...numbered.sort((a, b) => a.index - b.index).map((row) => row.wcId));
  });
  return { runId, ids };
}

/** Commits a run in which `work` writes; without it a run that changes nothing by itself. */
export async function runThat(
  owner: Database,
  work: (tx: Tx, runId: number) => Promise<void> = async () => {},
): Promise<number> {
  return await owner.transaction(async (tx) => {
    await takeLease(tx, { name: 'test', holder: 'test', leaseMs: 600_000 });
    const lead = await raiseEpoch(tx, { name: 'test', holder: 'test' });
    const epoch = lead?.epoch ?? 0;
    const runId = await openRun(tx, {
      ...{ leadName: 'test', epoch, kind: 'daily', asOfDay: AS_OF_DAY, plan: {}, shards: [] },
    });
    if (runId === undefined) throw new Error('the run could not be opened');
    await work(tx, runId);
    await commitRun(tx, { runId, epoch });
    return runId;
  });
}

function workloadOf(index: number, prefix: string) {
  return {
    name: `${prefix}-${String(index).padStart(4, '0')}`,
    namespace: index % 3 === 0 ? 'shop' : 'billing',
    kind: index % 5 === 0 ? 'StatefulSet' : 'Deployment',
    labels: { app: prefix, ...(index % 4 === 0 ? { [SYNTHETIC_LABEL]: 'true' } : {}) },
    ...{ firstHour: FIRST_HOUR, lastHour: LAST_HOUR },
  };
}

function containerOf(workload: { readonly workloadId: number; readonly name: string }) {
  const { workloadId, name } = workload;
  const { cpuRequest, memoryRequest } = evidenceOf(Number(name.slice(-4))).currentSizes;
  return {
    ...{ workloadId, container: 'app', shard: workloadId % SHARDS },
    ...{ firstHour: FIRST_HOUR, lastHour: LAST_HOUR, cpuRequest, memoryRequest },
  };
}

function recOf(index: number, wcId: number, tenantId: number) {
  const evidence = evidenceOf(index);
  return {
    ...{ tenantId, wcId, preset: 'balanced' },
    cpuRequestM: requestOf(evidence.cpu),
    memoryRequest: requestOf(evidence.memory),
    memoryLimit: null,
    evidence: JSON.stringify(evidence),
  };
}

/** Many ties, and everything that can be missing is missing somewhere. */
function evidenceOf(index: number): Evidence {
  const proof: Proof = {
    daysSeen: 14,
    daysScored: index % 9 === 8 ? 0 : 7,
    ...(index % 9 === 8
      ? {}
      : {
          cpu: {
            daysScored: 7,
            missedDays: index % 2,
            minutesAboveRequestPerDay: (index % 6) / 7,
            requestOverUsage: 1.5,
          },
          memory: { daysScored: 7, kills: 0, minutesAboveLimitPerDay: 0, limitOverUsage: 1.25 },
        }),
  };
  return {
    cpu: index % 7 === 6 ? withheld() : recommended(100 + (index % 8) * 12.5),
    memory: index % 11 === 10 ? withheld() : recommended(2 ** 26 * (1 + (index % 5))),
    proof,
    ...(index % 2 === 0 ? { currentProof: proof } : {}),
    currentSizes: {
      ...(index % 4 === 3 ? {} : { cpuRequest: 500 * (index % 3) }),
      ...(index % 5 === 4 ? {} : { memoryRequest: 2 ** 28 + (index % 3) }),
      ...(index % 6 === 5 ? {} : { memoryLimit: 2 ** 29 }),
    },
    asOfDay: AS_OF_DAY,
    ...(index % 3 === 1 ? { findings: [FINDING] } : {}),
  };
}

function recommended(request: number): Verdict {
  return {
    kind: 'recommended',
    ...{ request, limit: request * 2, model: 'envelope', bound: 'p95', inputs: ['cpu'] },
  };
}

function withheld(): Verdict {
  return { kind: 'withheld', code: 'too-few-days', reason: 'needs 3 days' };
}

function requestOf(verdict: Verdict): number | null {
  return verdict.kind === 'recommended' ? verdict.request : null;
}
