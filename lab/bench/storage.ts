/**
 * Bytes at rest and the speed of everything between a body and a recommendation: packing, closing, a run. On a real
 * PostgreSQL with fsync on; controller, worker threads and PostgreSQL share the machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import {
  type Progress,
  type RunSummary,
  readControllerConfig,
  startController,
} from '@trimtab/controller';
import { createLog, Metrics, systemClock } from '@trimtab/daemon';
import { connect, type Database, ensurePartitions, migrate } from '@trimtab/store';
import { startEmbedded } from '@trimtab/store/embedded';
import { type RegisteredCluster, registerCluster } from '@trimtab/store/ingest';
import { atLeast, atMost, type Figure } from './figure.ts';
import { growFleet } from './storage-fleet.ts';
import { appendLoad } from './storage-load.ts';

const TODAY = Math.floor(Date.now() / 86_400_000);
const NODES = 3;
const CONTAINERS_PER_NODE = 110;
const DAYS = 3;
const CONTAINERS = NODES * CONTAINERS_PER_NODE;
const CONTAINER_DAYS = CONTAINERS * DAYS;
const SHAPE = `${CONTAINERS} containers x ${DAYS} days, one a workload`;
const FLEET = { containers: 10_000, days: 14, today: TODAY };
const FLEET_SHAPE = `${FLEET.containers} containers x ${FLEET.days} days`;
/** Days for which blocks are kept: what stands for less is spread over them. */
const KEPT_DAYS = 14;
/** Mean life of a row: half its partition's span, and what its partition is kept for after that. */
const HOURS_LIFE_DAYS = 0.5 + 2;
const BATCH_LIFE_DAYS = 0.5 + 8;
const BODY_LIFE_DAYS = (0.5 + 2) / 24;
const GOAL_FIRST_BYTES = 10_240;
const GOAL_AFTER_BYTES = 512;

/** Stores three days of a small fleet, measures, and runs over a larger one; about a minute. */
export async function run(report: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trimtab-bench-storage-'));
  const postgres = await startEmbedded({ dataDir });
  const owner = connect({
    url: postgres.url,
    poolSize: 2,
    applicationName: 'trimtab-bench',
    statementTimeoutMs: 120_000,
  });
  try {
    const cluster = await prepare(postgres.url, owner);
    await measurePacking(postgres.url, report);
    const standing = await standingBytes(owner, report);
    await growFleet(owner, cluster, FLEET);
    await reportBytes(owner, standing, report);
    await measureRun(postgres.url, report);
  } finally {
    await owner.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function prepare(url: string, owner: Database): Promise<RegisteredCluster> {
  await migrate(url);
  await ensurePartitions(owner, { now: Date.now() });
  const cluster = await registerCluster(owner, { tenant: 'bench', cluster: 'bench' });
  const ingest = connect({
    url,
    role: 'trimtab_ingest',
    poolSize: 2,
    applicationName: 'trimtab-bench-ingest',
  });
  try {
    // Far enough back that every day can be closed.
    const firstDay = TODAY - DAYS - 2;
    const load = { nodes: NODES, containersPerNode: CONTAINERS_PER_NODE, firstDay, days: DAYS };
    await appendLoad(ingest, cluster, load);
  } finally {
    await ingest.close();
  }
  return cluster;
}

async function measurePacking(url: string, report: (figure: Figure) => void): Promise<void> {
  const startMs = performance.now();
  let packedMs = startMs;
  let closedMs = startMs;
  await withController(url, ({ daysClosed, bodiesPacked, run: started }) => {
    if (started !== undefined) return;
    if (daysClosed > 0) closedMs = performance.now();
    else if (bodiesPacked > 0) packedMs = performance.now();
  });
  const packRate = (CONTAINER_DAYS * 24) / ((packedMs - startMs) / 1000);
  const closeRate = CONTAINER_DAYS / ((closedMs - packedMs) / 1000);
  // 100,000 containers end 28 container-hours a second, and 1.2 container-days.
  report(atLeast(`pack a backlog, ${SHAPE}`, Math.round(packRate), 'container-hours/s', 28));
  report(atLeast(`close days, ${SHAPE}`, Math.round(closeRate), 'container-days/s', 1.2));
}

async function measureRun(url: string, report: (figure: Figure) => void): Promise<void> {
  const summary = await withController(url, () => undefined);
  const rate = summary.containers / (summary.durationMs / 1000);
  report(atLeast(`run, every number new, ${FLEET_SHAPE}`, Math.round(rate), 'containers/s', 500));
  const rssMib = process.resourceUsage().maxRSS / 1024;
  report(
    atMost(
      `resident at most, load generator and threads included`,
      Math.round(rssMib),
      'MiB',
      1024,
    ),
  );
}

async function withController(
  url: string,
  onProgress: (progress: Progress) => void,
): Promise<RunSummary> {
  const controller = startController({
    databaseUrl: url,
    config: readControllerConfig({ env: { TRIMTAB_CONTROLLER_PACK_AT_ONCE: 'true' } }),
    log: createLog({ process: 'bench', level: 'warn' }),
    metrics: new Metrics(),
    clock: systemClock,
    random: Math.random,
    onProgress,
  });
  try {
    return await controller.runNow();
  } finally {
    await controller.stop();
  }
}

/** What is kept for less than fourteen days, a container-day. */
async function standingBytes(owner: Database, report: (figure: Figure) => void): Promise<number> {
  const sizes = await tableBytes(owner, 'true');
  const each = (table: string): number => (sizes.get(table) ?? 0) / CONTAINER_DAYS;
  const hours = each('hours');
  const bodies = each('body');
  const batches = each('batch');
  const lives = hours * HOURS_LIFE_DAYS + bodies * BODY_LIFE_DAYS + batches * BATCH_LIFE_DAYS;
  const standing = lives / KEPT_DAYS;
  report(fact('hours written, a container-day', hours));
  report(fact('bodies passed through, a container-day', bodies));
  report(fact('batches, a container-day', batches));
  report(fact('hours, bodies and batches standing, a container-day of 14 days', standing));
  return standing;
}

async function reportBytes(
  owner: Database,
  standing: number,
  report: (figure: Figure) => void,
): Promise<void> {
  const grownDay = `day_block_d_${TODAY - FLEET.days}`;
  const sizes = await tableBytes(owner, `c.relname = '${grownDay}' or p.relname = 'day_sum'`);
  const [sums] = await owner.query<{ n: number }>('select count(*)::int4 as n from day_sum');
  const block = (sizes.get('day_block') ?? 0) / FLEET.containers;
  const sum = (sizes.get('day_sum') ?? 0) / (sums?.n ?? 1);
  report(fact(`day blocks, a container-day, ${FLEET_SHAPE}`, block));
  const first = Math.round(block + sum + standing);
  report(atMost('at rest in the first 14 days, a container-day', first, 'B', GOAL_FIRST_BYTES));
  const after = Math.round(sum);
  report(atMost('at rest after 14 days, a container-day', after, 'B', GOAL_AFTER_BYTES));
}

/** Heap, indexes and TOAST of partitions, by the table they belong to. */
async function tableBytes(owner: Database, where: string): Promise<ReadonlyMap<string, number>> {
  const rows = await owner.query<{ parent: string; bytes: number }>(
    `select p.relname::text as parent, sum(pg_total_relation_size(c.oid))::float8 as bytes
     from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
     where p.relkind = 'p' and (${where}) group by 1`,
  );
  return new Map(rows.map(({ parent, bytes }) => [parent, bytes]));
}

/** A number without a goal of its own. */
function fact(figure: string, value: number): Figure {
  return { ...atMost(figure, Math.round(value), 'B', 0), goal: null, holds: null };
}
