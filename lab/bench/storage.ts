/**
 * Bytes at rest and the speed of everything between a body and a recommendation: packing, closing, a run. On a real
 * PostgreSQL with fsync on; controller, worker threads and PostgreSQL share the machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Progress, readControllerConfig, startController } from '@trimtab/controller';
import { createLog, Metrics, systemClock } from '@trimtab/daemon';
import { connect, type Database, ensurePartitions, migrate } from '@trimtab/store';
import { startEmbedded } from '@trimtab/store/embedded';
import { registerCluster } from '@trimtab/store/ingest';
import { atLeast, atMost, type Figure } from './figure.ts';
import { appendLoad, type StorageLoad } from './storage-load.ts';

const NODES = 3;
const CONTAINERS_PER_NODE = 110;
const DAYS = 3;
const CONTAINERS = NODES * CONTAINERS_PER_NODE;
const CONTAINER_DAYS = CONTAINERS * DAYS;
const SHAPE = `${CONTAINERS} containers x ${DAYS} days, one a workload`;
/** Days for which closed hours, and with them batches and hours of open days, are counted. */
const KEPT_DAYS = 14;
/** Open days whose hours stand at any time: closed 36 h after their end, dropped with their partition. */
const OPEN_DAYS = 3;
const BATCH_DAYS = 8;
/** Bodies are packed and dropped by the hour: the hour under way, two kept, one being packed. */
const BODY_HOURS = 4;
const GOAL_FIRST_BYTES = 10_240;
const GOAL_AFTER_BYTES = 512;

/** Stores three days of a small fleet and measures; about a minute. */
export async function run(report: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trimtab-bench-storage-'));
  const postgres = await startEmbedded({ dataDir });
  const owner = connect({ url: postgres.url, poolSize: 2, applicationName: 'trimtab-bench' });
  try {
    await prepare(postgres.url, owner);
    const before = await tableBytes(owner);
    const times = await measureController(postgres.url, report);
    report(
      atLeast(`pack, ${SHAPE}`, (CONTAINER_DAYS * 24) / times.packSeconds, 'container-hours/s', 28),
    );
    report(atLeast(`close, ${SHAPE}`, CONTAINER_DAYS / times.closeSeconds, 'container-days/s', 2));
    report(atLeast(`run, ${SHAPE}`, CONTAINERS / times.runSeconds, 'containers/s', 500));
    await reportBytes(owner, before, report);
  } finally {
    await owner.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function prepare(url: string, owner: Database): Promise<void> {
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
    await appendLoad(ingest, cluster, loadOf(Date.now()));
  } finally {
    await ingest.close();
  }
}

/** Far enough back that every day can be closed, and near enough for a run to use them. */
function loadOf(nowMs: number): StorageLoad {
  const today = Math.floor(nowMs / 86_400_000);
  const firstDay = today - DAYS - 2;
  return { nodes: NODES, containersPerNode: CONTAINERS_PER_NODE, firstDay, days: DAYS };
}

interface Times {
  readonly packSeconds: number;
  readonly closeSeconds: number;
  readonly runSeconds: number;
}

async function measureController(url: string, report: (figure: Figure) => void): Promise<Times> {
  let packedMs = 0;
  let closedMs = 0;
  const onProgress = ({ bodiesPacked, daysClosed }: Progress): void => {
    if (daysClosed > 0 && closedMs === 0 && daysClosed === DAYS) closedMs = performance.now();
    if (daysClosed === 0 && bodiesPacked > 0) packedMs = performance.now();
  };
  const controller = startController({
    databaseUrl: url,
    config: readControllerConfig({ env: { TRIMTAB_CONTROLLER_PACK_AT_ONCE: 'true' } }),
    log: createLog({ process: 'bench', level: 'warn' }),
    metrics: new Metrics(),
    clock: systemClock,
    random: Math.random,
    onProgress,
  });
  const startMs = performance.now();
  try {
    const summary = await controller.runNow();
    const endMs = performance.now();
    const made = summary.recommended + summary.partial;
    report({ ...atLeast(`recommendations made, ${SHAPE}`, made, '1', CONTAINERS) });
    return {
      packSeconds: (packedMs - startMs) / 1000,
      closeSeconds: (closedMs - packedMs) / 1000,
      runSeconds: (endMs - closedMs) / 1000,
    };
  } finally {
    await controller.stop();
  }
}

type TableBytes = ReadonlyMap<string, number>;

/** Heap, indexes and TOAST of every partition of the tables of usage. */
async function tableBytes(owner: Database): Promise<TableBytes> {
  const rows = await owner.query<{ parent: string; bytes: number }>(
    `select p.relname::text as parent, sum(pg_total_relation_size(c.oid))::float8 as bytes
     from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
     where p.relkind = 'p' group by 1`,
  );
  return new Map(rows.map(({ parent, bytes }) => [parent, bytes]));
}

async function reportBytes(
  owner: Database,
  before: TableBytes,
  report: (figure: Figure) => void,
): Promise<void> {
  const after = await tableBytes(owner);
  // Bodies and batches had been there before packing: theirs is the whole size, not the growth.
  const whole = (table: string): number => (after.get(table) ?? 0) / CONTAINER_DAYS;
  const grown = (table: string): number =>
    ((after.get(table) ?? 0) - (before.get(table) ?? 0)) / CONTAINER_DAYS;
  const block = grown('day_block');
  const sum = grown('day_sum');
  const standing =
    (grown('hours') * OPEN_DAYS + whole('batch') * BATCH_DAYS + (whole('body') * BODY_HOURS) / 24) /
    KEPT_DAYS;
  const fact = (figure: string, value: number): Figure => ({
    ...atMost(`${figure}, a container-day`, value, 'B', 0),
    goal: null,
    holds: null,
  });
  report(fact('day blocks', block));
  report(fact('hours of open days', grown('hours')));
  report(fact('bodies', whole('body')));
  report(fact('batches', whole('batch')));
  report(fact('standing hours, bodies and batches, spread over 14 days', standing));
  report(
    atMost(
      'at rest in the first 14 days, a container-day',
      block + sum + standing,
      'B',
      GOAL_FIRST_BYTES,
    ),
  );
  report(atMost('at rest after 14 days, a container-day', sum, 'B', GOAL_AFTER_BYTES));
}
