import type { Database } from '@trimtab/store';
import type { Evidence, Proof, Verdict } from '@trimtab/wire/rest';

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
const AS_OF_DAY = 20_010;

/** Makes workloads with a container and a recommendation each, under a new committed run. */
export async function seedRecommendations(owner: Database, wish: SeedWish): Promise<Seeded> {
  const { tenantId, clusterId, count, prefix = 'app' } = wish;
  const runId = await commitRun(owner);
  const rows = Array.from({ length: count }, (_, index) => seedRow(index, prefix));
  const made = await owner.query<{ id: number }>(
    `with told as (
       select * from jsonb_to_recordset($3::jsonb) as t(name text, namespace text, kind text, labels jsonb,
         cpu float8, memory int8, "cpuNow" float8, "memoryNow" int8, evidence jsonb)
     ), w as (
       insert into workload (tenant_id, cluster_id, namespace, kind, name, labels, first_hour, last_hour)
       select $1, $2, namespace, kind, name, labels, ${FIRST_HOUR}, ${FIRST_HOUR} + 300 from told
       returning workload_id, name
     ), c as (
       insert into wc (tenant_id, workload_id, container, shard, first_hour, last_hour,
         sizes_hour, cpu_request_m, memory_request)
       select $1, workload_id, 'app', workload_id % 256, ${FIRST_HOUR}, ${FIRST_HOUR} + 300,
         ${FIRST_HOUR} + 300, "cpuNow", "memoryNow"
       from w join told using (name)
       returning wc_id, workload_id, shard
     )
     insert into rec (tenant_id, shard, wc_id, from_run, preset, cpu_request_m, memory_request, evidence)
     select $1, c.shard, c.wc_id, $4, 'balanced', told.cpu, told.memory, told.evidence
     from c join w using (workload_id) join told using (name)
     returning wc_id as id`,
    [tenantId, clusterId, JSON.stringify(rows), runId],
  );
  return { runId, ids: made.map((row) => row.id) };
}

/** A new committed run that changes nothing by itself. */
export async function commitRun(owner: Database): Promise<number> {
  const [run] = await owner.query<{ runId: number }>(
    `insert into run (kind, epoch, state, as_of_day, plan, committed_at)
     values ('daily', 1, 'committed', ${AS_OF_DAY}, '{}', now()) returning run_id as "runId"`,
  );
  return run?.runId ?? 0;
}

function seedRow(index: number, prefix: string) {
  const evidence = evidenceOf(index);
  return {
    name: `${prefix}-${String(index).padStart(4, '0')}`,
    namespace: index % 3 === 0 ? 'shop' : 'billing',
    kind: index % 5 === 0 ? 'StatefulSet' : 'Deployment',
    labels: { app: prefix, ...(index % 4 === 0 ? { 'trimtab.dev/synthetic': 'true' } : {}) },
    cpu: requestOf(evidence.cpu),
    memory: requestOf(evidence.memory),
    cpuNow: evidence.currentSizes.cpuRequest ?? null,
    memoryNow: evidence.currentSizes.memoryRequest ?? null,
    evidence,
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
