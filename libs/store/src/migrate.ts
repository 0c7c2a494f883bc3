/**
 * Forward-only migrations: the numbered `.sql` files of `migrations/`, run by node-pg-migrate in one
 * transaction under an advisory lock. `schema_migration` keeps the SHA-256 of every file as it was
 * applied, so that an edited file is refused instead of being skipped in silence.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import {
  clientConfig,
  type Database,
  explainConnection,
  readDatabaseUrl,
  sqlState,
} from './connect/index.ts';
import { StoreError } from './errors.ts';

/** Which schema version a database had and has; 0 = empty, n = up to migration n. */
export interface Migrated {
  readonly from: number;
  readonly to: number;
}

/** How `migrate` may be tuned; the defaults suit every process. */
export interface MigrateOptions {
  /** A folder of `NNNN_name.sql` files; absent = the ones of this version. */
  readonly folder?: string;
  /** Longest wait for a migration that another process runs. Default 60 s. */
  readonly lockTimeoutMs?: number;
}

interface MigrationFile {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
}

interface AppliedRow {
  readonly name: string;
  readonly sha256: string | null;
}

const MIGRATIONS = join(import.meta.dirname, 'migrations');
const TABLE = 'schema_migration';
/** Key of the advisory lock: any number will do as long as every version takes the same. */
export const MIGRATION_LOCK_KEY = 0x74_7269_6d74;
const LOCK_TIMEOUT_MS = 60_000;
const STATEMENT_TIMEOUT_MS = 600_000;
const LOCK_NOT_AVAILABLE = '55P03';
const GROUP_ROLES = ['trimtab_ingest', 'trimtab_api', 'trimtab_controller'];

/**
 * Brings the database at `url` to this version's schema and makes the connecting user a member of
 * the group roles. That user owns the tables, so it must be able to create roles the first time
 * (superuser or CREATEROLE). Doing it again changes nothing. Throws TT_STORE_SCHEMA_NEWER,
 * TT_STORE_MIGRATION_EDITED, TT_STORE_MIGRATION_LOCKED, TT_STORE_MIGRATION_FAILED, TT_STORE_ROLES and,
 * where the server cannot be reached, TT_STORE_UNAVAILABLE or TT_STORE_TLS.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<Migrated> {
  const folder = options.folder ?? MIGRATIONS;
  const files = await readMigrations(folder);
  const client = new pg.Client({
    ...clientConfig({
      url,
      applicationName: 'trimtab-migrate',
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    }),
    lock_timeout: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS,
  });
  await connectClient(client, url);
  try {
    await client.query('begin');
    await client.query('set local search_path to public');
    await lock(client);
    await createTable(client);
    const { rows } = await client.query<AppliedRow>(SELECT_APPLIED);
    compare(files, rows);
    await apply(client, folder, files);
    await grantRoles(client);
    await client.query('commit');
    return { from: rows.length, to: files.length };
  } finally {
    // Ending the session rolls back whatever was not committed and lets the lock go.
    await client.end();
  }
}

async function connectClient(client: pg.Client, url: string): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    throw explainConnection(error, readDatabaseUrl(url));
  }
}

/**
 * Checks that the schema is exactly this version's; any role may ask. Throws TT_STORE_SCHEMA_OLDER
 * (run `migrate`), TT_STORE_SCHEMA_NEWER or TT_STORE_MIGRATION_EDITED.
 */
export async function checkSchema(db: Database): Promise<void> {
  const files = await readMigrations(MIGRATIONS);
  const [found] = await db.query<{ exists: boolean }>(
    'select to_regclass($1) is not null as exists',
    [TABLE],
  );
  const applied = found?.exists === true ? await db.query<AppliedRow>(SELECT_APPLIED) : [];
  compare(files, applied);
  if (applied.length === files.length) return;
  throw new StoreError(
    'TT_STORE_SCHEMA_OLDER',
    `schema: found version ${applied.length}; expected ${files.length}: ` +
      'run `migrate` of this version, then start again',
  );
}

/** The migration files of this version in order, for tools that fingerprint the schema. */
export async function readMigrations(folder: string = MIGRATIONS): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (file) => {
      const path = join(folder, file);
      const sha256 = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return { name: file.slice(0, -'.sql'.length), path, sha256 };
    }),
  );
}

const SELECT_APPLIED = `select name, encode(sha256, 'hex') as sha256 from ${TABLE} order by id`;

async function lock(client: pg.Client): Promise<void> {
  try {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK_KEY]);
  } catch (cause) {
    if (sqlState(cause) !== LOCK_NOT_AVAILABLE) throw cause;
    throw new StoreError(
      'TT_STORE_MIGRATION_LOCKED',
      'schema: another migration holds its lock and did not end in time; ' +
        'expected one at a time: wait for it, or end its session in pg_stat_activity',
      { cause },
    );
  }
}

/** The runner's own table with our column; it inserts `name` and `run_on`, we add the checksum. */
async function createTable(client: pg.Client): Promise<void> {
  await client.query(`create table if not exists ${TABLE} (
    id     int4 generated always as identity primary key,
    name   varchar(255) not null unique,
    run_on timestamp not null,
    sha256 bytea check (length(sha256) = 32)
  )`);
}

function compare(files: readonly MigrationFile[], applied: readonly AppliedRow[]): void {
  applied.forEach((row, index) => {
    const file = files[index];
    if (file === undefined) {
      throw new StoreError(
        'TT_STORE_SCHEMA_NEWER',
        `schema: found migration '${row.name}' (version ${applied.length}), which this version ` +
          `does not know; expected at most version ${files.length}: use the newer version`,
      );
    }
    if (file.name === row.name && file.sha256 === row.sha256) return;
    throw new StoreError(
      'TT_STORE_MIGRATION_EDITED',
      `schema: migration ${index + 1} was applied as '${row.name}' with SHA-256 ${row.sha256}, ` +
        `but ${file.path} has ${file.sha256}; expected the file as it was applied: ` +
        'restore it and write the change as a new migration',
    );
  });
}

async function apply(
  client: pg.Client,
  folder: string,
  files: readonly MigrationFile[],
): Promise<void> {
  const notes: string[] = [];
  try {
    await runner({
      dbClient: client,
      dir: folder,
      ignorePattern: String.raw`(?!.*\.sql$).*`,
      direction: 'up',
      migrationsTable: TABLE,
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: loadUnits }],
      // The lock and the transaction are ours, so that checks, files and checksums are one thing.
      noLock: true,
      singleTransaction: false,
      log: (note: string) => notes.push(note),
    });
    for (const { name, sha256 } of files) {
      await client.query(
        `update ${TABLE} set sha256 = decode($2, 'hex') where name = $1 and sha256 is null`,
        [name, sha256],
      );
    }
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(
      'TT_STORE_MIGRATION_FAILED',
      `schema: ${found}; expected every migration in ${folder} to run; nothing was changed. ` +
        notes.slice(-2).join(' ').trim(),
      { cause },
    );
  }
}

async function loadUnits(paths: string[]) {
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8');
      return {
        id: path,
        filePaths: [path],
        actions: {
          up: (builder: { noTransaction(): void; sql(text: string): void }) => {
            builder.noTransaction();
            builder.sql(text);
          },
          down: false as const,
        },
      };
    }),
  );
}

async function grantRoles(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ role: string; isMember: boolean }>(
    `select role, pg_has_role(current_user, role, 'usage') as "isMember" from unnest($1::text[]) role`,
    [GROUP_ROLES],
  );
  for (const { role, isMember } of rows) {
    if (isMember) continue;
    try {
      await client.query(`grant ${pg.escapeIdentifier(role)} to current_user`);
    } catch (cause) {
      throw new StoreError(
        'TT_STORE_ROLES',
        `schema: the migrating user is no member of ${role} and may not grant it to itself; ` +
          `expected membership: run 'grant ${role} to <user>' as an administrator`,
        { cause },
      );
    }
  }
}
