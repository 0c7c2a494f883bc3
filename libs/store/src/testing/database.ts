/**
 * Databases for tests: one server a process (see `server.ts`), one migrated template on it, a clone
 * of the template for each call. The template's name carries the schema and the day, so on a server
 * that stays, later runs find it there and yesterday's is dropped.
 */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { connect, withDatabase } from '../connect/index.ts';
import { StoreError } from '../errors.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { ensurePartitions } from '../partitions/index.ts';
import { testServerUrl } from './server.ts';

/** A database of a test's own. */
export interface TestDatabase {
  /** Superuser's URL. */
  readonly url: string;
  /** Drops the database, whoever is connected to it. Can be called twice. */
  stop(): Promise<void>;
}

/** The part of node:test's context that is used: `stop` is then registered by itself. */
export interface TestScope {
  after(fn: () => Promise<void>): void;
}

/**
 * A fresh, migrated database with the partitions around today. The first call of a process starts
 * the server (1.5 s), each later one clones (0.1 s). Throws TT_STORE_TESTING when it cannot.
 */
export async function testDatabase(scope?: TestScope): Promise<TestDatabase> {
  const server = await SHARED.server();
  return await makeDatabase(server.url, `template ${server.template} strategy file_copy`, scope);
}

/** An empty database, not migrated. */
export async function emptyTestDatabase(scope?: TestScope): Promise<TestDatabase> {
  const server = await SHARED.server();
  return await makeDatabase(server.url, 'template template0', scope);
}

interface TestServer {
  readonly url: string;
  readonly template: string;
}

/** The one thing of this process that outlives a test: a server is far dearer than a database. */
class SharedServer {
  #server: Promise<TestServer> | undefined;

  server(): Promise<TestServer> {
    this.#server ??= startServer();
    return this.#server;
  }
}

const SHARED = new SharedServer();
const TEMPLATE = 'trimtab_test_template_';
const LOCK_KEY = 0x7474_7465;

async function startServer(): Promise<TestServer> {
  const url = await testServerUrl();
  const admin = await openAdmin(url);
  try {
    await admin.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    return { url, template: await ensureTemplate(admin, url) };
  } finally {
    await admin.end();
  }
}

async function ensureTemplate(admin: pg.Client, url: string): Promise<string> {
  const { rows } = await admin.query<{ now: number; names: string[] }>(
    `select (extract(epoch from now()) * 1000)::float8 as now,
      array(select datname::text from pg_database where starts_with(datname, $1)) as names`,
    [TEMPLATE],
  );
  const { now = 0, names = [] } = rows[0] ?? {};
  const template = TEMPLATE + (await fingerprint(now));
  if (names.includes(template)) return template;
  for (const old of names) await admin.query(`drop database ${old} with (force)`);
  // Renamed when whole, so that a run that was killed here leaves no half-made template.
  const unfinished = `${TEMPLATE}unfinished`;
  await admin.query(`create database ${unfinished} template template0`);
  await fillTemplate(withDatabase(url, unfinished), now);
  await admin.query(`alter database ${unfinished} rename to ${template}`);
  return template;
}

async function fillTemplate(url: string, now: number): Promise<void> {
  await migrate(url);
  const db = connect({ url, poolSize: 1, applicationName: 'trimtab-testing' });
  try {
    await ensurePartitions(db, { now });
  } finally {
    await db.close();
  }
}

async function fingerprint(now: number): Promise<string> {
  const hash = createHash('sha256').update(new Date(now).toISOString().slice(0, 10));
  for (const { sha256 } of await readMigrations()) hash.update(sha256);
  return hash.digest('hex').slice(0, 16);
}

async function makeDatabase(
  url: string,
  source: string,
  scope: TestScope | undefined,
): Promise<TestDatabase> {
  const name = `trimtab_test_${randomBytes(8).toString('hex')}`;
  await runAsAdmin(url, `create database ${name} ${source}`);
  const stop = () => runAsAdmin(url, `drop database if exists ${name} with (force)`);
  scope?.after(stop);
  return { url: withDatabase(url, name), stop };
}

async function runAsAdmin(url: string, statement: string): Promise<void> {
  const admin = await openAdmin(url);
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}

async function openAdmin(url: string): Promise<pg.Client> {
  const admin = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  try {
    await admin.connect();
    return admin;
  } catch (cause) {
    throw new StoreError(
      'TT_STORE_TESTING',
      'test database: the server cannot be reached; expected one as TRIMTAB_TEST_DATABASE_URL ' +
        'names it, with a superuser, or none named so that an embedded one is started',
      { cause },
    );
  }
}
