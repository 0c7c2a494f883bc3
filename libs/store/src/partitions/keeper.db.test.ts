import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connect, type Database } from '../connect/index.ts';
import { seedTenant, type TestDatabase, testDatabase } from '../testing/index.ts';
import {
  dropExpiredPartitions,
  ensureDayPartitions,
  ensureHourPartitions,
  ensurePartitions,
} from './keeper.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 14 November 2023, 22:13 UTC: far from the partitions that a test database comes with. */
const NOW = 1_700_000_000_000;
const HOUR = Math.floor(NOW / HOUR_MS);
const DAY = Math.floor(NOW / DAY_MS);

const INSERT_BATCH = `insert into batch (tenant_id, agent_id, epoch, seq, sealed_day, cluster_id, hour, digest, points, rejected)
  values (1, 1, 1, 1, $1, 1, 1, sha256(''), 0, 0)`;
const INSERT_BODY = `insert into body (tenant_id, agent_id, epoch, seq, sealed_day, cluster_id, hour, received_hour, block)
  values (1, 1, 1, 1, 1, 1, 1, $1, '')`;

describe('partitions', () => {
  let database: TestDatabase;
  let owner: Database;
  let db: Database;
  before(async () => {
    database = await testDatabase();
    owner = connect({ url: database.url, poolSize: 2, applicationName: 'test' });
    db = connect({
      url: database.url,
      poolSize: 4,
      applicationName: 'test',
      role: 'trimtab_controller',
    });
  });
  after(async () => {
    await Promise.all([owner.close(), db.close()]);
    await database.stop();
  });

  /** Names of the partitions whose keys lie within some days of NOW, by the rule of each name. */
  async function partitions(like: string): Promise<string[]> {
    const rows = await owner.query<{ name: string }>(
      `select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where c.relkind = 'r' and c.relname ~ $1 order by 1`,
      [like],
    );
    return rows.map((row) => row.name);
  }

  it('names each partition and bounds it in the unit of its column', async () => {
    const rows = await owner.query<{ p: string }>(
      `select concat_ws(' ', p.name, p.low, p.high) as p
       from (values ('batch', 20400), ('body', 491234), ('hours', 20400), ('agent_hour', 20400),
         ('day_block', 20400), ('day_sum', 20773), ('forecast', 20757)) t(parent, key),
         partition_of(t.parent, t.key) p`,
    );

    assert.deepEqual(
      rows.map((row) => row.p),
      [
        'batch_d_20400 20400 20401',
        'body_h_491234 491234 491235',
        'hours_d_20400 489600 489624',
        'agent_hour_d_20400 489600 489624',
        'day_block_d_20400 81600 81604',
        'day_sum_m_202611 20758 20788',
        'forecast_m_202610 20727 20758',
      ],
    );
  });

  it('makes what writers around now need, and finds nothing to do the second time', async () => {
    const made = await ensurePartitions(db, { now: NOW });

    assert.equal(made, 16 + 29 + 3 * 5 + 2);
    assert.equal(await ensurePartitions(db, { now: NOW }), 0);
    for (const day of [DAY - 8, DAY + 7]) await owner.query(INSERT_BATCH, [day]);
    for (const hour of [HOUR - 2, HOUR + 26]) await owner.query(INSERT_BODY, [hour]);
    await owner.query('truncate batch, body');
  });

  it('refuses a row that no partition is for', async () => {
    await assert.rejects(owner.query(INSERT_BATCH, [DAY - 9]), { code: '23514' });
    await assert.rejects(owner.query(INSERT_BODY, [HOUR + 27]), { code: '23514' });
  });

  it('reaches back for an import, by hours and by days', async () => {
    const hours = [15000 * 24, 15000 * 24 + 23, 15001 * 24];

    assert.equal(await ensureHourPartitions(db, hours), 3 * 2 + 2);
    assert.equal(await ensureDayPartitions(db, [15000, 15001]), 0);
  });

  it('lets racing makers all succeed, each partition made once', async () => {
    const days = [16000, 16001, 16002];

    const made = await Promise.all(Array.from({ length: 4 }, () => ensureDayPartitions(db, days)));

    assert.equal(
      made.reduce((sum, count) => sum + count),
      3 * 3 + 2,
    );
  });

  it('does not wait for writers of the same table, nor they for it', async () => {
    await owner.transaction(async (tx) => {
      await tx.query(INSERT_BATCH, [DAY]);

      const made = db.transaction(async (own) => {
        await own.query(`set local lock_timeout = '2s'`);
        return await own.query<{ made: number }>(
          `select make_partitions('batch', array[17000]) as made`,
        );
      });

      assert.deepEqual(await made, [{ made: 1 }]);
      await tx.query(INSERT_BATCH, [17000]);
    });
  });

  it('refuses days before 2000 and after 2099, and tables that are not partitioned', async () => {
    await assert.rejects(ensureDayPartitions(db, [10956]), { code: 'TT001' });
    await assert.rejects(ensureDayPartitions(db, [47482]), { code: 'TT001' });
    await assert.rejects(db.query(`select make_partitions('tenant', array[20000])`), {
      code: 'TT001',
    });
    await assert.rejects(db.query(`select drop_partition('tenant; drop table body', 20000)`), {
      code: 'TT001',
    });
  });

  it('serves the controller only', async () => {
    for (const role of ['trimtab_ingest', 'trimtab_api'] as const) {
      const other = connect({ url: database.url, poolSize: 1, applicationName: 'test', role });
      await assert.rejects(ensurePartitions(other, { now: NOW }), { code: '42501' });
      await assert.rejects(other.query(`select drop_partition('batch', 20000)`), { code: '42501' });
      await other.close();
    }
  });

  it('drops a batch day once it is more than eight days over, and no earlier', async () => {
    await db.query(`select make_partitions('batch', $1::int4[])`, [[DAY - 10, DAY - 9, DAY - 8]]);

    const { dropped } = await dropExpiredPartitions(db, { now: NOW });

    const days = await partitions('^batch_d_19');
    assert.ok(dropped.includes(`batch_d_${DAY - 9}`));
    assert.equal(days[0], `batch_d_${DAY - 8}`);
  });

  it('never drops a batch day that repeats may still come for, whatever now it is told', async () => {
    const today = await owner.query<{ day: number }>(
      `select current_date - date '1970-01-01' as day`,
    );
    const before = await partitions(`^batch_d_${today[0]?.day}`);

    const { kept } = await dropExpiredPartitions(db, { now: 4.0e12 - DAY_MS, daySumDays: 99_999 });

    assert.equal(before.length, 1);
    assert.ok(kept.includes(String(before[0])));
    await ensurePartitions(db, { now: NOW });
  });

  it('keeps an hour of bodies until the last of them is packed', async () => {
    await db.query(`select make_partitions('body', $1::int4[])`, [[HOUR - 5, HOUR - 4]]);
    await owner.query(INSERT_BODY, [HOUR - 4]);

    const first = await dropExpiredPartitions(db, { now: NOW });
    await db.query('update body set packed = true');
    const second = await dropExpiredPartitions(db, { now: NOW });

    assert.deepEqual(first.dropped.filter(isBody), [`body_h_${HOUR - 5}`]);
    assert.deepEqual(first.kept.filter(isBody), [`body_h_${HOUR - 4}`]);
    assert.deepEqual(second.dropped.filter(isBody), [`body_h_${HOUR - 4}`]);
  });

  it('keeps the hours of a day until every cluster with rows there has closed it', async () => {
    const { tenantId, clusterId } = await seedTenant(database.url, 'hours-tenant');
    const day = DAY - 5;
    await ensureDayPartitions(db, [day, day - 1]);
    await owner.query(
      `with w as (insert into workload (tenant_id, cluster_id, namespace, kind, name, first_hour, last_hour)
          values ($1, $2, 'n', 'Deployment', 'w', 0, 0) returning workload_id),
        c as (insert into wc (tenant_id, workload_id, container, shard, first_hour, last_hour)
          select $1, workload_id, 'c', 7, 0, 0 from w returning wc_id)
      insert into hours (tenant_id, shard, wc_id, hour, covered, content)
      select $1, 7, wc_id, $3, 3600, '' from c`,
      [tenantId, clusterId, day * 24],
    );
    const setDay = (closed: boolean) =>
      db.query(
        `insert into day_state (tenant_id, cluster_id, day, closed) values ($1, $2, $3, $4)
         on conflict (cluster_id, day) do update set closed = excluded.closed`,
        [tenantId, clusterId, day, closed],
      );

    const noState = await dropExpiredPartitions(db, { now: NOW });
    await setDay(false);
    const openDay = await dropExpiredPartitions(db, { now: NOW });
    await setDay(true);
    const closedDay = await dropExpiredPartitions(db, { now: NOW });

    const name = `hours_d_${day}`;
    assert.ok(noState.dropped.includes(`hours_d_${day - 1}`));
    assert.deepEqual(
      [noState.kept, openDay.kept, closedDay.dropped].map((l) => l.includes(name)),
      [true, true, true],
    );
  });

  it('goes by whole months for sums, and by days for blocks and coverage', async () => {
    await ensureDayPartitions(db, [DAY - 431, DAY - 400, DAY - 16, DAY - 15]);

    const { dropped } = await dropExpiredPartitions(db, { now: NOW });

    // 400 days before 14 November 2023 is 10 October 2022, so September is over and October is not.
    assert.ok(dropped.includes('day_sum_m_202209') && dropped.includes('forecast_m_202209'));
    assert.deepEqual(await partitions('^day_sum_m_2022'), ['day_sum_m_202210']);
    assert.ok(dropped.includes(`day_block_d_${DAY - 15}`));
    assert.ok(dropped.includes(`agent_hour_d_${DAY - 16}`));
    assert.ok(!dropped.includes(`agent_hour_d_${DAY - 15}`));
  });

  it('leaves a partition for later rather than make a writer wait', async () => {
    await db.query(`select make_partitions('body', $1::int4[])`, [[HOUR - 9]]);

    const during = await owner.transaction(async (tx) => {
      await tx.query(INSERT_BODY, [HOUR]);
      return await dropExpiredPartitions(db, { now: NOW });
    });
    const later = await dropExpiredPartitions(db, { now: NOW });

    assert.deepEqual(during.busy, [`body_h_${HOUR - 9}`]);
    assert.deepEqual(later.dropped, [`body_h_${HOUR - 9}`]);
  });
});

function isBody(name: string): boolean {
  return name.startsWith('body_h_47');
}
