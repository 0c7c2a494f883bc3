/**
 * What row-level security costs: the same statements on the same server, once as the group role that
 * a process acts as and once as the owner, whom no policy binds. The two take turns, so that a slow
 * moment of the machine falls on both. `node lab/bench/storage-rls.ts` prints a line a figure.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  byteaArray,
  connect,
  type Database,
  ensurePartitions,
  int8Array,
  migrate,
  type StoreRole,
} from '@trimtab/store';
import { startEmbedded } from '@trimtab/store/embedded';
import { appendBatches, type Push } from '@trimtab/store/ingest';
import { type SeededTenant, seedTenant } from '@trimtab/store/testing';
import { dayOf, epochMs, hourOf } from '@trimtab/units';

const TENANTS = 64;
const PUSHES_A_GROUP = 64;
/** About what 110 containers need for five minutes. */
const BLOCK_BYTES = 10_000;
/** One cluster's hour of 500 containers, as the packer writes it. */
const HOURS_ROWS = 500;
const HOUR_BYTES = 250;
const ROUNDS = 300;
const WARM_UP_ROUNDS = 30;
const WORKLOADS = 20_000;
const PAGE = 50;

interface Sides {
  readonly role: Database;
  readonly owner: Database;
}

const folder = mkdtempSync(`${tmpdir()}/trimtab-storage-rls-`);
const server = await startEmbedded({ dataDir: folder });
try {
  await migrate(server.url);
  const owner = connect({ url: server.url, poolSize: 1, applicationName: 'bench' });
  await ensurePartitions(owner, { now: Date.now() });
  const tenants: SeededTenant[] = [];
  for (let i = 0; i < TENANTS; i++) tenants.push(await seedTenant(server.url, `tenant-${i}`));
  await measureIngest(owner, tenants);
  await measurePack(owner, tenants);
  await measureReads(owner, tenants);
  await owner.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measureIngest(owner: Database, tenants: readonly SeededTenant[]): Promise<void> {
  const role = act('trimtab_ingest');
  let seq = 0;
  for (const [name, spread] of [
    ['one tenant', 1],
    [`${TENANTS} tenants`, TENANTS],
  ] as const) {
    const append = async (db: Database): Promise<void> => {
      const pushes = Array.from({ length: PUSHES_A_GROUP }, (_, index) =>
        push(tenants[index % spread], ++seq),
      );
      await appendBatches(db, pushes);
    };
    report(
      `append ${PUSHES_A_GROUP} pushes of ${BLOCK_BYTES} B, ${name}`,
      await compare({ role, owner }, append),
    );
  }
  await role.close();
}

/** The packer's role sees every tenant: its policy is `true`, which the planner takes away. */
async function measurePack(owner: Database, tenants: readonly SeededTenant[]): Promise<void> {
  const role = act('trimtab_controller');
  const [first] = tenants;
  if (first === undefined) throw new Error('no tenant was seeded');
  const contents = byteaArray(
    Array.from({ length: HOURS_ROWS }, () => Buffer.alloc(HOUR_BYTES, 7)),
  );
  const hour = hourOf(epochMs(Date.now()));
  let next = 0;
  const insert = async (db: Database): Promise<void> => {
    const ids = Array.from({ length: HOURS_ROWS }, () => ++next);
    await db.query(
      `insert into hours (tenant_id, shard, wc_id, hour, covered, content)
       select $1, 7, id, $2, 3600, content from unnest($3::int8[], $4::bytea[]) t(id, content)`,
      [first.tenantId, hour, int8Array(ids), contents],
    );
  };
  report(`insert ${HOURS_ROWS} hours of ${HOUR_BYTES} B`, await compare({ role, owner }, insert));
  await role.close();
}

async function measureReads(owner: Database, tenants: readonly SeededTenant[]): Promise<void> {
  const role = act('trimtab_api');
  const [first] = tenants;
  if (first === undefined) throw new Error('no tenant was seeded');
  for (const { tenantId, clusterId } of tenants.slice(0, 2)) {
    await owner.query(
      `insert into workload (tenant_id, cluster_id, namespace, kind, name, first_hour, last_hour)
       select $1, $2, 'ns-' || n % 50, 'Deployment', 'w-' || n, 0, 0 from generate_series(1, $3::int4) n`,
      [tenantId, clusterId, WORKLOADS],
    );
  }
  await owner.query('analyze workload');
  const read = (text: string) => async (db: Database) => {
    await db.transaction((tx) => tx.query(text, [first.tenantId]), { tenants: [first.tenantId] });
  };
  const where = 'from workload where tenant_id = $1';
  report(
    `page of ${PAGE} workloads by key`,
    await compare({ role, owner }, read(`select * ${where} order by workload_id limit ${PAGE}`)),
  );
  report(
    `count over ${WORKLOADS} workloads beside as many foreign ones`,
    await compare({ role, owner }, read(`select count(*) ${where} and namespace <> 'x'`)),
  );
  await role.close();
}

function act(role: StoreRole): Database {
  return connect({ url: server.url, poolSize: 1, applicationName: 'bench', role });
}

function push(tenant: SeededTenant | undefined, seq: number): Push {
  if (tenant === undefined) throw new Error('no tenant was seeded');
  const now = epochMs(Date.now());
  const block = Buffer.alloc(BLOCK_BYTES, seq % 251);
  return {
    ...tenant,
    identity: { epoch: 1n, seq, sealedDay: dayOf(now) },
    digest: createHash('sha256').update(String(seq)).digest(),
    points: 440,
    rejected: 0,
    bodies: [{ hour: hourOf(now), block }],
  };
}

/** What one call cost: the client's wait, and the processor time of the server's backend. */
interface Cost {
  readonly waitMs: number;
  readonly backendMs: number;
}

/** Median wait and mean processor time of one call for each side; who goes first changes each round. */
async function compare(
  sides: Sides,
  call: (db: Database) => Promise<void>,
): Promise<Record<keyof Sides, Cost>> {
  const waits = { role: [] as number[], owner: [] as number[] };
  const backends = { role: await backendOf(sides.role), owner: await backendOf(sides.owner) };
  let start = { role: 0, owner: 0 };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    if (round === 0)
      start = { role: processorMs(backends.role), owner: processorMs(backends.owner) };
    const order = round % 2 === 0 ? (['role', 'owner'] as const) : (['owner', 'role'] as const);
    for (const side of order) {
      const from = performance.now();
      await call(sides[side]);
      if (round >= 0) waits[side].push(performance.now() - from);
    }
  }
  const cost = (side: keyof Sides): Cost => ({
    waitMs: median(waits[side]),
    backendMs: (processorMs(backends[side]) - start[side]) / ROUNDS,
  });
  return { role: cost('role'), owner: cost('owner') };
}

/** Each side has one connection, so one process of the server does all of its work. */
async function backendOf(db: Database): Promise<number> {
  const [row] = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
  return row?.pid ?? 0;
}

/** User and system time of a process, in steps of 10 ms (Linux only). */
function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(name: string, { role, owner }: Record<keyof Sides, Cost>): void {
  const line = (of: keyof Cost) => {
    const percent = ((role[of] / owner[of] - 1) * 100).toFixed(0);
    return `${role[of].toFixed(2)} against ${owner[of].toFixed(2)} ms (${percent} %)`;
  };
  console.log(`${name}: backend ${line('backendMs')}, wait ${line('waitMs')}`);
}
