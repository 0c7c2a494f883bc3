/**
 * Who sees and writes whose rows, asked of the catalogue and of every table in turn, so that a table
 * added later is covered without being named here.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connect, type Database, type StoreRole } from './connect/index.ts';
import { type SeededTenant, seedTenant, type TestDatabase, testDatabase } from './testing/index.ts';

const ROLES: readonly StoreRole[] = ['trimtab_ingest', 'trimtab_api', 'trimtab_controller'];
const PEOPLE_FACING: readonly StoreRole[] = ['trimtab_ingest', 'trimtab_api'];
const REFUSED = '42501';

/** Of no tenant: the schema's own history, who leads, and the passes over the whole fleet. */
const WITHOUT_TENANT = ['leader_epoch', 'leader_lease', 'run', 'run_shard', 'schema_migration'];

/**
 * Read before a tenant is known, to find it: from a certificate (ids of tenant and cluster) or from
 * an API key (its id). Anything else on this list would be a leak.
 */
const LOOKUPS = ['trimtab_ingest tenant', 'trimtab_ingest cluster', 'trimtab_api api_key'];

interface TableRow {
  readonly name: string;
  readonly hasTenant: boolean;
  readonly hasSecurity: boolean;
  readonly isPartition: boolean;
  readonly policies: number;
}

describe('row-level security', () => {
  let database: TestDatabase;
  let owner: Database;
  let tables: TableRow[];
  let one: SeededTenant;
  let two: SeededTenant;
  const asRole = new Map<StoreRole, Database>();

  before(async () => {
    database = await testDatabase();
    owner = connect({ url: database.url, poolSize: 2, applicationName: 'test' });
    for (const role of ROLES) {
      const options = { url: database.url, poolSize: 1, applicationName: 'test', role };
      asRole.set(role, connect(options));
    }
    tables = await owner.query<TableRow>(TABLES);
    one = await seedTenant(database.url, 'tenant-one');
    two = await seedTenant(database.url, 'tenant-two');
    for (const seeded of [one, two]) await fillEveryTable(seeded);
  });
  after(async () => {
    await Promise.all([owner, ...asRole.values()].map((db) => db.close()));
    await database.stop();
  });

  function as(role: StoreRole): Database {
    return asRole.get(role) ?? assert.fail(`no connection for ${role}`);
  }

  function tenantTables(): string[] {
    return tables.filter((t) => t.hasTenant && !t.isPartition).map((t) => t.name);
  }

  async function may(role: StoreRole, right: string, table: string): Promise<boolean> {
    const [row] = await owner.query<{ may: boolean }>(
      'select has_table_privilege($1, $2, $3) as may',
      [role, `public.${table}`, right],
    );
    return row?.may === true;
  }

  /** One row for a tenant in every table with a tenant, whatever its columns; `seedTenant` made three. */
  async function fillEveryTable({ tenantId, clusterId, agentId }: SeededTenant): Promise<void> {
    const q = (text: string, params: unknown[]) => owner.query(text, params);
    const today = `(current_date - date '1970-01-01')`;
    const hour = 'floor(extract(epoch from now()) / 3600)::int4';
    await q(
      `with w as (insert into workload (tenant_id, cluster_id, namespace, kind, name, first_hour, last_hour)
          values ($1, $2, 'n', 'Deployment', 'w', 0, 0) returning workload_id)
       insert into wc (tenant_id, workload_id, container, shard, first_hour, last_hour)
       select $1, workload_id, 'c', 7, 0, 0 from w`,
      [tenantId, clusterId],
    );
    const wc = `(select wc_id from wc where tenant_id = $1)`;
    for (const [table, columns, values] of [
      ['api_key', 'key_id, name, role, secret_hmac', `'key-' || $1::int4, 'k', 'viewer', ''`],
      ['audit', 'actor, action', `'a', 'b'`],
      ['day_state', 'cluster_id, day', `${clusterId}, ${today}`],
      ['hours', 'shard, wc_id, hour, covered, content', `7, ${wc}, ${hour}, 1, ''`],
      ['day_block', 'shard, wc_id, quarter, content', `7, ${wc}, ${today} * 4, ''`],
      ['day_sum', 'shard, wc_id, day, content', `7, ${wc}, ${today}, ''`],
      ['forecast', 'shard, wc_id, day, preset, model', `7, ${wc}, ${today}, 'p', 'm'`],
      ['rec', 'shard, wc_id, from_run, preset, evidence', `7, ${wc}, 1, 'p', '{}'`],
    ]) {
      await q(`insert into ${table} (tenant_id, ${columns}) values ($1, ${values})`, [tenantId]);
    }
    for (const [table, columns, values] of [
      [
        'batch',
        'epoch, seq, sealed_day, cluster_id, hour, digest, points, rejected',
        `1, 1, ${today}, 1, 1, sha256(''), 0, 0`,
      ],
      [
        'body',
        'epoch, seq, sealed_day, cluster_id, hour, received_hour, block',
        `1, 1, 1, 1, 1, ${hour}, ''`,
      ],
      ['body_set_aside', 'epoch, seq, cluster_id, hour, reason, block', `1, 1, 1, 1, 'r', ''`],
      ['agent_epoch', 'epoch, seqs', `1, '{}'`],
      ['agent_hour', 'hour, epoch, covered', `${hour}, 1, '{}'`],
    ]) {
      await q(`insert into ${table} (tenant_id, agent_id, ${columns}) values ($1, $2, ${values})`, [
        tenantId,
        agentId,
      ]);
    }
  }

  it('is on, with a policy for each role, for every table with a tenant', () => {
    const loose = tables.filter(
      (t) => t.hasTenant && !t.isPartition && !(t.hasSecurity && t.policies >= 2),
    );

    assert.deepEqual(loose, []);
    assert.ok(tenantTables().length >= 18);
  });

  it('leaves no table without a tenant but the known ones', () => {
    const without = tables.filter((t) => !t.hasTenant && !t.isPartition).map((t) => t.name);

    assert.deepEqual(new Set(without), new Set(WITHOUT_TENANT));
  });

  it('cannot be stepped around by a role: none logs in, owns, bypasses or is superuser', async () => {
    const roles = await owner.query<{ count: number }>(
      `select count(*) as count from pg_roles where rolname = any($1)
         and not (rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
      [ROLES],
    );
    const owned = await owner.query(
      'select relname from pg_class where pg_get_userbyid(relowner)::text = any($1)',
      [ROLES],
    );

    assert.deepEqual(roles, [{ count: 3 }]);
    assert.deepEqual(owned, []);
  });

  it('cannot be stepped around through a partition', async () => {
    const partitions = tables.filter((t) => t.isPartition);
    assert.ok(partitions.length > 50);
    const open = await owner.query(
      `select c.relname::text, r.role, p.privilege
       from pg_class c, unnest($1::text[]) r(role), unnest($2::text[]) p(privilege)
       where c.relispartition and c.relkind = 'r' and has_table_privilege(r.role, c.oid, p.privilege)`,
      [ROLES, ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']],
    );
    const unprotected = partitions.filter((t) => !t.hasSecurity || t.policies > 0);

    assert.deepEqual(open, []);
    assert.deepEqual(unprotected, []);
    for (const role of ROLES) {
      for (const { name } of partitions.filter((_, index) => index % 20 === 0)) {
        await assert.rejects(as(role).query(`select 1 from ${name}`), { code: REFUSED });
      }
    }
  });

  it('runs no function of ours for everybody, and pins the search path of those with our rights', async () => {
    const rows = await owner.query<{ name: string }>(
      `select proname::text as name from pg_proc where pronamespace = 'public'::regnamespace
       and (has_function_privilege('public', oid, 'execute')
         or prosecdef and not coalesce(proconfig::text like '%search_path=pg_catalog, pg_temp%', false))`,
    );

    assert.deepEqual(rows, []);
  });

  it('shows no role a foreign row, in any table that it may read', async () => {
    const seen: string[] = [];
    for (const role of PEOPLE_FACING) {
      for (const table of tenantTables()) {
        if (!(await may(role, 'select', table))) continue;
        const text = `select count(*) filter (where tenant_id = ${one.tenantId}) as own,
          count(*) filter (where tenant_id <> ${one.tenantId}) as foreign from ${table}`;
        const read = (tenants: number[]) =>
          as(role).transaction((tx) => tx.query<{ own: number; foreign: number }>(text), {
            tenants,
          });
        const [of] = await read([one.tenantId]);
        const [none] = await read([]);
        assert.ok((of?.own ?? 0) > 0, `${role} sees nothing of its own in ${table}`);
        if (of?.foreign !== 0 || none?.own !== 0) seen.push(`${role} ${table}`);
      }
    }

    assert.deepEqual(new Set(seen), new Set(LOOKUPS));
  });

  it('shows all rows of several tenants to who answers for all of them', async () => {
    const rows = await as('trimtab_api').transaction(
      (tx) => tx.query('select name from cluster order by name'),
      { tenants: [one.tenantId, two.tenantId] },
    );

    assert.deepEqual(rows, [{ name: 'tenant-one-cluster' }, { name: 'tenant-two-cluster' }]);
  });

  it('lets no role write a foreign row, in any table', async () => {
    for (const role of PEOPLE_FACING) {
      for (const table of tenantTables()) {
        const [foreign] = await owner.query<{ row: string }>(
          `select to_jsonb(t)::text as row from ${table} t where tenant_id = $1`,
          [two.tenantId],
        );
        const written = as(role).transaction(
          (tx) =>
            tx.query(
              `insert into ${table} overriding system value
               select * from jsonb_populate_record(null::${table}, $1)`,
              [foreign?.row],
            ),
          { tenants: [one.tenantId] },
        );
        await assert.rejects(written, { code: REFUSED }, `${role} wrote to ${table}`);
      }
    }
  });

  it('changes no foreign row and hands no row of its own to another tenant', async () => {
    const api = as('trimtab_api');
    const tenants = { tenants: [one.tenantId] };

    const touched = await api.transaction(
      (tx) => tx.query('update api_key set name = $1 returning tenant_id', ['mine']),
      tenants,
    );
    const handed = api.transaction(
      (tx) => tx.query('update api_key set tenant_id = $1', [two.tenantId]),
      tenants,
    );

    assert.deepEqual(touched, [{ tenant_id: one.tenantId }]);
    await assert.rejects(handed, { code: REFUSED });
  });

  it('registers no agent of its own tenant under a cluster of another', async () => {
    const registered = as('trimtab_ingest').transaction(
      (tx) =>
        tx.query('insert into agent (tenant_id, cluster_id, node) values ($1, $2, $3)', [
          one.tenantId,
          two.clusterId,
          'node',
        ]),
      { tenants: [one.tenantId] },
    );

    await assert.rejects(registered, { code: '23503' });
  });

  it('lets ingest append batches and bodies and do nothing else with them', async () => {
    const rights: string[] = [];
    for (const table of ['batch', 'body']) {
      for (const right of ['select', 'insert', 'update', 'delete', 'truncate']) {
        if (await may('trimtab_ingest', right, table)) rights.push(`${right} ${table}`);
      }
    }

    assert.deepEqual(rights, ['select batch', 'insert batch', 'insert body']);
    for (const text of ['select 1 from body', 'update batch set points = 0', 'delete from body']) {
      await assert.rejects(as('trimtab_ingest').query(text), { code: REFUSED });
    }
  });

  it('lets the controller work for the whole fleet', async () => {
    const rows = await as('trimtab_controller').query('select name from cluster order by name');

    assert.deepEqual(rows, [{ name: 'tenant-one-cluster' }, { name: 'tenant-two-cluster' }]);
  });
});

const TABLES = `
select c.relname::text as name, c.relrowsecurity as "hasSecurity", c.relispartition as "isPartition",
  exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') as "hasTenant",
  (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`;
