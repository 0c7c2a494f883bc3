import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { seedTenant, type TestDatabase, testDatabase } from '../testing/index.ts';
import { type ConnectOptions, connect, type Database, isUnavailable } from './index.ts';

describe('connect', () => {
  let database: TestDatabase;
  const opened: Database[] = [];
  before(async () => {
    database = await testDatabase();
  });
  after(async () => {
    await Promise.all(opened.map((db) => db.close()));
    await database.stop();
  });

  function open(options: Partial<ConnectOptions> = {}): Database {
    const db = connect({ url: database.url, poolSize: 1, applicationName: 'test', ...options });
    opened.push(db);
    return db;
  }

  it('acts as the role it was given, under the name it was given', async () => {
    const db = open({ role: 'trimtab_api', applicationName: 'trimtab-api' });

    const rows = await db.query(
      `select current_user::text as role, current_setting('application_name') as name`,
    );

    assert.deepEqual(rows, [{ role: 'trimtab_api', name: 'trimtab-api' }]);
  });

  it('shows a transaction the rows of its tenants, and the next one on that connection none', async () => {
    const one = await seedTenant(database.url, 'tenant-one');
    await seedTenant(database.url, 'tenant-two');
    const db = open({ role: 'trimtab_api' });
    const names = 'select name from tenant order by name';

    const seen = await db.transaction((tx) => tx.query(names), { tenants: [one.tenantId] });
    const later = await db.transaction((tx) => tx.query(names));
    const outside = await db.query(names);

    assert.deepEqual(seen, [{ name: 'tenant-one' }]);
    assert.deepEqual(later, []);
    assert.deepEqual(outside, []);
  });

  it('refuses tenants that are not numbers of tenants', async () => {
    const db = open();

    await assert.rejects(async () => db.transaction(async () => 1, { tenants: [0] }), {
      code: 'TT_STORE_TENANTS',
    });
    await assert.rejects(async () => db.transaction(async () => 1, { tenants: [1.5] }), {
      code: 'TT_STORE_TENANTS',
    });
  });

  it('rolls back when the work throws, passes the error on and keeps the connection', async () => {
    const db = open();
    await db.query('create table kept (n int4)');
    const pid = await backend(db);

    const failed = db.transaction(async (tx) => {
      await tx.query('insert into kept values (1)');
      throw new RangeError('of the caller');
    });

    await assert.rejects(failed, RangeError);
    assert.deepEqual(await db.query('select n from kept'), []);
    assert.equal(await backend(db), pid);
  });

  it('reports a transaction whose failed statement was swallowed', async () => {
    const db = open();

    const swallowed = db.transaction(async (tx) => {
      await assert.rejects(tx.query('select 1 / 0'));
      return 'done';
    });

    await assert.rejects(swallowed, { code: 'TT_STORE_ROLLED_BACK' });
    assert.deepEqual(await db.query('select 1 as n'), [{ n: 1 }]);
  });

  it('refuses statements of a transaction that has ended', async () => {
    const db = open();

    const tx = await db.transaction(async (own) => own);

    await assert.rejects(tx.query('select 1'), { code: 'TT_STORE_CLOSED' });
  });

  it('keeps one snapshot in a repeatable-read transaction', async () => {
    const reader = open();
    const writer = open();
    await writer.query('create table snapshot (n int4)');

    const seen = await reader.transaction(
      async (tx) => {
        await tx.query('select count(*) from snapshot');
        await writer.query('insert into snapshot values (1)');
        return await tx.query('select count(*) as n from snapshot');
      },
      { isolation: 'repeatable read' },
    );

    assert.deepEqual(seen, [{ n: 0 }]);
  });

  it('says that it is busy when no connection becomes free in time', async () => {
    const db = open({ acquireTimeoutMs: 1_000 });

    await db.transaction(async () => {
      await assert.rejects(db.query('select 1'), (error: Error) => {
        assert.match(error.message, /all 1 connections stayed in use for 1000 ms/);
        return isUnavailable(error);
      });
    });
  });

  it('cancels a statement that takes too long and keeps the connection', async () => {
    const db = open({ statementTimeoutMs: 50 });
    const pid = await backend(db);

    await assert.rejects(db.query('select pg_sleep(5)'), { code: '57014' });

    assert.equal(await backend(db), pid);
  });

  it('throws a connection away that the server ended, and goes on with a new one', async () => {
    const db = open();
    const killer = open();
    const pid = await backend(db);

    const cut = db.transaction(async (tx) => {
      await killer.query('select pg_terminate_backend($1)', [pid]);
      await tx.query('select 1');
    });

    await assert.rejects(cut, isUnavailable);
    assert.notEqual(await backend(db), pid);
  });

  it('throws a connection away that leads to a server which only reads: a failover may have left it there', async () => {
    const db = open();
    // As a session on a demoted primary is.
    await db.query('set default_transaction_read_only = on');
    const write = `insert into tenant (name) values ('after-failover') returning name`;

    await assert.rejects(db.query(write), isUnavailable);

    assert.deepEqual(await db.query(write), [{ name: 'after-failover' }]);
  });

  it('survives the end of an idle connection', async () => {
    const db = open();
    const killer = open();
    const pid = await backend(db);

    await killer.query('select pg_terminate_backend($1, 5000)', [pid]);

    assert.notEqual(await backendOrRetry(db), pid);
  });

  it('says that the server is unavailable where nothing listens', async () => {
    const db = open({ url: 'postgres://me:x@127.0.0.1:1/d' });

    await assert.rejects(db.query('select 1'), (error: Error) => {
      assert.match(error.message, /PostgreSQL 127\.0\.0\.1:1\/d: .*ECONNREFUSED/);
      return isUnavailable(error);
    });
  });

  it('refuses work after it was closed, and can be closed twice', async () => {
    const db = open();

    await db.close();
    await db.close();

    await assert.rejects(db.query('select 1'), { code: 'TT_STORE_CLOSED' });
  });

  it('gives int8 back as a number where that is exact, else as a bigint, also in arrays', async () => {
    const db = open();

    const rows = await db.query(
      `select 9007199254740991 as safe, 9007199254740993 as big,
         array[1, null, 9007199254740993]::int8[] as list, '{}'::int8[] as none`,
    );

    const big = 9007199254740993n;
    assert.deepEqual(rows, [{ safe: 2 ** 53 - 1, big, list: [1, null, big], none: [] }]);
  });

  it('streams the bytes of a copy', async () => {
    const db = open();

    const text = await db.transaction(async (tx) => {
      const chunks: Buffer[] = [];
      const copied = tx.copyOut('copy (select generate_series(1, 3)) to stdout');
      for await (const chunk of copied) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    });

    assert.equal(text, '1\n2\n3\n');
  });

  it('gives the connection up when a copy is left early', async () => {
    const db = open();
    const pid = await backend(db);

    await assert.rejects(
      db.transaction(async (tx) => {
        for await (const _ of tx.copyOut('copy (select generate_series(1, 999999)) to stdout')) {
          throw new RangeError('enough');
        }
      }),
      RangeError,
    );

    assert.notEqual(await backend(db), pid);
  });
});

async function backend(db: Database): Promise<number> {
  const [row] = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
  return row?.pid ?? 0;
}

/** The pool may hand out the dead connection once, when its end has not been read from the socket. */
async function backendOrRetry(db: Database): Promise<number> {
  try {
    return await backend(db);
  } catch (error) {
    assert.ok(isUnavailable(error));
    return await backend(db);
  }
}
