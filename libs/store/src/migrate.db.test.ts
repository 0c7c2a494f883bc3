import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connect, type Database, type StoreRole } from './connect/index.ts';
import { startEmbedded } from './embedded/index.ts';
import { checkSchema, MIGRATION_LOCK_KEY, migrate } from './migrate.ts';
import { ensurePartitions } from './partitions/index.ts';
import { emptyTestDatabase } from './testing/index.ts';

const OWN = join(import.meta.dirname, 'migrations');
const VERSION = readdirSync(OWN).length;
const LAST = readdirSync(OWN).sort().at(-1) ?? '';

function open(t: TestContext, url: string, role?: StoreRole): Database {
  const db = connect({ url, poolSize: 1, applicationName: 'test', ...(role ? { role } : {}) });
  t.after(() => db.close());
  return db;
}

/** A copy of our migrations, to be changed. */
function copied(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-migrations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(OWN, folder, { recursive: true });
  return folder;
}

describe('migrate', () => {
  it('brings an empty database to this version, and does nothing the second time', async (t) => {
    const { url } = await emptyTestDatabase(t);

    assert.deepEqual(await migrate(url), { from: 0, to: VERSION });
    assert.deepEqual(await migrate(url), { from: VERSION, to: VERSION });
    await checkSchema(open(t, url));
  });

  it('lets one of two that race do the work', async (t) => {
    const { url } = await emptyTestDatabase(t);

    const both = await Promise.all([migrate(url), migrate(url)]);

    assert.deepEqual(both.map((done) => done.from).sort(), [0, VERSION]);
  });

  it('refuses a file that was edited after it was applied, and names both', async (t) => {
    const { url } = await emptyTestDatabase(t);
    await migrate(url);
    const folder = copied(t);
    writeFileSync(join(folder, '0001_base.sql'), 'select 1');

    await assert.rejects(migrate(url, { folder }), {
      code: 'TT_STORE_MIGRATION_EDITED',
      message: /'0001_base' with SHA-256 [0-9a-f]{64}, but .*0001_base\.sql has [0-9a-f]{64}/,
    });
  });

  it('refuses a schema that a newer version made', async (t) => {
    const { url } = await emptyTestDatabase(t);
    const folder = copied(t);
    writeFileSync(join(folder, '9999_later.sql'), 'create table later (n int4);');
    await migrate(url, { folder });

    const newer = { code: 'TT_STORE_SCHEMA_NEWER', message: /'9999_later'/ };
    await assert.rejects(migrate(url), newer);
    await assert.rejects(checkSchema(open(t, url, 'trimtab_api')), newer);
  });

  it('runs only what is new', async (t) => {
    const { url } = await emptyTestDatabase(t);
    await migrate(url);
    const folder = copied(t);
    writeFileSync(join(folder, '9999_later.sql'), 'create table later (n int4)');

    const done = await migrate(url, { folder });

    assert.deepEqual(done, { from: VERSION, to: VERSION + 1 });
    assert.deepEqual(await open(t, url).query('select n from later'), []);
  });

  it('leaves nothing behind when a migration fails', async (t) => {
    const { url } = await emptyTestDatabase(t);
    const folder = copied(t);
    writeFileSync(join(folder, '9999_bad.sql'), 'create table half (n int4); select broken;');

    await assert.rejects(migrate(url, { folder }), {
      code: 'TT_STORE_MIGRATION_FAILED',
      message: /column "broken" does not exist/,
    });
    const left = await open(t, url).query(
      `select relname from pg_class where relnamespace = 'public'::regnamespace`,
    );
    assert.deepEqual(left, []);
  });

  it('does not wait for another migration for ever', async (t) => {
    const { url } = await emptyTestDatabase(t);

    await open(t, url).transaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK_KEY]);
      await assert.rejects(migrate(url, { lockTimeoutMs: 20 }), {
        code: 'TT_STORE_MIGRATION_LOCKED',
      });
    });
  });

  it('tells a process of any role that the schema is too old for it', async (t) => {
    const { url } = await emptyTestDatabase(t);
    const older = { code: 'TT_STORE_SCHEMA_OLDER', message: /run `migrate`/ };
    await assert.rejects(checkSchema(open(t, url)), older);
    const folder = copied(t);
    rmSync(join(folder, LAST));
    await migrate(url, { folder });

    for (const role of ['trimtab_ingest', 'trimtab_api', 'trimtab_controller'] as const) {
      await assert.rejects(checkSchema(open(t, url, role)), older);
    }
  });

  it('needs no superuser, only an owner who may create roles', async (t) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'trimtab-migrator-'));
    chmodSync(dataDir, 0o755);
    const server = await startEmbedded({ dataDir: join(dataDir, 'pg'), unsafeNoSync: true });
    t.after(async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true });
    });
    const admin = open(t, server.url);
    await admin.query(`create role owner_one login createrole password 'x'`);
    await admin.query(`create role owner_two login createrole password 'x'`);
    await admin.query('create database one owner owner_one');
    await admin.query('create database two owner owner_two');
    const as = (user: string, database: string) =>
      server.url.replace(/trimtab:[^@]*/, `${user}:x`).replace(/trimtab$/, database);

    await migrate(as('owner_one', 'one'));
    const controller = open(t, as('owner_one', 'one'), 'trimtab_controller');
    assert.ok((await ensurePartitions(controller, { now: 1.7e12 })) > 50);

    const two = as('owner_two', 'two');
    await assert.rejects(migrate(two), { code: 'TT_STORE_ROLES', message: /grant trimtab_ingest/ });
    await admin.query('grant trimtab_ingest, trimtab_api, trimtab_controller to owner_two');
    assert.deepEqual(await migrate(two), { from: 0, to: VERSION });
  });
});
