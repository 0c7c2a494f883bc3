import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@trimtab/daemon';
import { type ContainerUsage, podNameHash } from '@trimtab/history';
import type { Database } from '@trimtab/store';
import { ensureHourPartitions } from '@trimtab/store';
import { findOldestOpenDay } from '@trimtab/store/pack';
import { type Bench, makeBench, quiet } from '../../test/database.ts';
import { killedAt } from '../../test/kill.ts';
import { count, exactParts, storedHours, storedSamples } from '../../test/stored.ts';
import { push, SAMPLES, usageOf } from '../../test/usage.ts';
import { packUnits } from './pack-units.ts';
import { Packer, type PackerOptions } from './packer.ts';

const NOW_HOUR = Math.floor(Date.now() / 3_600_000);
const OPTIONS = { maxBodies: 1000, firstBlockDay: 0 };
const never = new AbortController().signal;

function makePacker(db: Database, maxBodies = 1000, more: Partial<PackerOptions> = {}) {
  const { log, lines, metrics } = quiet();
  const packer = new Packer({
    db,
    clock: systemClock,
    log,
    metrics,
    timing: { delayMs: 0, firstDayEveryMs: 0, firstDayMs: 0, atOnce: true },
    parallel: 2,
    maxBodies,
    keepBlockDays: 14,
    ...more,
  });
  return { packer, lines };
}

const jobOf = (bench: Bench, ...hours: number[]) => ({
  tenantId: bench.tenantId,
  clusterId: bench.clusterId,
  hours,
  bodies: 1,
});

/** Kills of which two windows are more than can be counted. */
function beyondCounting(hour: number): ContainerUsage {
  const usage = usageOf({ hour });
  const oomKills = Number.MAX_SAFE_INTEGER;
  return { ...usage, windows: usage.windows.map((window) => ({ ...window, oomKills })) };
}

test('turns the bodies of an hour into one hour a workload container and leaves nothing waiting', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 3;
  await push(bench, [
    { seq: 1, hour, usages: [usageOf({ hour, windows: [0, 1, 2, 3, 4, 5] })] },
    { seq: 2, hour, usages: [usageOf({ hour, windows: [6, 7, 8, 9, 10, 11] })] },
    {
      seq: 3,
      hour,
      usages: [
        usageOf({ hour, pod: 'cart-1', cpuRequest: 750, labels: { app: 'cart', tier: 'web' } }),
        usageOf({ hour, container: 'sidecar' }),
      ],
    },
  ]);

  const pass = await makePacker(bench.db).packer.pass(never);

  assert.deepEqual(pass, { units: 1, bodies: 3, containerHours: 2, setAside: 0, failures: 0 });
  const [app, sidecar] = await storedHours(bench.admin);
  assert.equal(app?.name, `cart/app@${hour}`);
  assert.equal(app?.content.replicas, 2);
  assert.deepEqual(
    app?.content.spread?.hottest.map(({ pod }) => pod),
    ['cart-0', 'cart-1'].map(podNameHash).sort((a, b) => a - b),
  );
  assert.equal(sidecar?.content.spread, undefined);
  assert.equal(app?.content.coveredSeconds, 2 * 3600);
  assert.equal(app?.content.cpu?.count, 24 * SAMPLES);
  assert.equal(app?.content.cpuMeans?.count, 24);
  assert.equal(sidecar?.content.coveredSeconds, 3600);
  assert.equal(await count(bench.admin, 'body where not packed'), 0);
  const [ledger] = await bench.admin.query('select covered, overlapped from agent_hour');
  assert.deepEqual(ledger, { covered: '{[0,3600)}', overlapped: 0 });
  const [epoch] = await bench.admin.query('select seqs from agent_epoch');
  assert.deepEqual(epoch, { seqs: '{[1,4)}' });
  const [container] = await bench.admin.query(
    "select first_hour, last_hour, sizes_hour, cpu_request_m, cpu_limit_m, memory_limit from wc where container = 'app'",
  );
  assert.deepEqual(container, {
    first_hour: hour,
    last_hour: hour,
    sizes_hour: hour,
    cpu_request_m: 750,
    cpu_limit_m: null,
    memory_limit: 512 * 2 ** 20,
  });
});

test('packing again finds nothing to do', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 3;
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour })] }]);
  const { packer } = makePacker(bench.db);
  await packer.pass(never);

  const again = await packer.pass(never);
  const unasked = await packUnits(bench.db, jobOf(bench, hour), OPTIONS);

  assert.equal(again.units, 0);
  assert.equal(unasked.bodies, 0);
  assert.equal(await storedSamples(bench.admin), 12 * SAMPLES);
});

test('packers of several replicas at once consume every body exactly once', async (t) => {
  const bench = await makeBench(t);
  const hours = Array.from({ length: 12 }, (_, index) => NOW_HOUR - 14 + index);
  let seq = 0;
  let samples = 0;
  const pushSome = async (): Promise<void> => {
    const batches = hours.flatMap((hour) =>
      ['cart-0', 'cart-1', 'pay-0'].map((pod) => {
        seq += 1;
        samples += SAMPLES;
        const workload = pod.slice(0, -2);
        return { seq, hour, usages: [usageOf({ hour, pod, workload, windows: [seq % 12] })] };
      }),
    );
    await push(bench, batches);
  };
  const packers = [bench.db, bench.another(), bench.another()].map(
    (db) => makePacker(db, 7).packer,
  );

  const packed: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await pushSome();
    const passes = await Promise.all(packers.map((packer) => packer.pass(never)));
    packed.push(...passes.map((pass) => pass.bodies));
    assert.equal(
      passes.reduce((sum, pass) => sum + pass.failures, 0),
      0,
    );
  }
  for (let pass = 1; pass > 0; ) {
    pass = (await packers[0]?.pass(never))?.bodies ?? 0;
    packed.push(pass);
  }

  assert.equal(
    packed.reduce((sum, bodies) => sum + bodies, 0),
    seq,
  );
  assert.equal(await storedSamples(bench.admin), samples);
  const [epoch] = await bench.admin.query('select seqs from agent_epoch');
  assert.deepEqual(epoch, { seqs: `{[1,${seq + 1})}` });
});

test('a packer killed at any of its statements, or before its commit, has changed nothing', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 3;
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour, windows: [0] })] }]);
  await packUnits(bench.db, jobOf(bench, hour), OPTIONS);
  await push(bench, [
    { seq: 2, hour, usages: [usageOf({ hour, windows: [1] }), usageOf({ hour, workload: 'pay' })] },
    { seq: 3, hour, usages: [], block: new Uint8Array([1, 2, 3]) },
  ]);
  const before = (await storedHours(bench.admin)).map(exactParts);

  let kills = 0;
  for (let hasEnded = false; !hasEnded; kills += 1) {
    const db = killedAt(bench, kills);
    try {
      await packUnits(db, jobOf(bench, hour), OPTIONS);
      hasEnded = true;
    } catch {
      assert.deepEqual((await storedHours(bench.admin)).map(exactParts), before);
      assert.equal(await count(bench.admin, 'body where not packed'), 2);
      assert.equal(await count(bench.admin, 'body_set_aside'), 0);
      assert.equal(await count(bench.admin, 'workload'), 1);
    }
  }

  assert.ok(kills > 12, `only ${kills} places to be killed at`);
  assert.equal(await storedSamples(bench.admin), (1 + 1 + 12) * SAMPLES);
  assert.equal(await count(bench.admin, 'body where not packed'), 0);
  assert.equal(await count(bench.admin, 'body_set_aside'), 1);
});

test('sets a block that cannot be decoded aside with its reason, and packs the rest of the unit', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 3;
  const other = usageOf({ hour: hour - 1, windows: [0] });
  const longName = usageOf({ hour, workload: 'x'.repeat(300) });
  const zero = usageOf({ hour, labels: { app: 'a\0b' } });
  await push(bench, [
    { seq: 1, hour, usages: [usageOf({ hour })] },
    { seq: 2, hour, usages: [], block: new Uint8Array([9, 9, 9]) },
    { seq: 3, hour, usages: [longName] },
    { seq: 4, hour, usages: [zero] },
    { seq: 5, hour: hour - 1, usages: [other] },
    { seq: 6, hour, usages: [beyondCounting(hour)] },
  ]);
  // A body whose row says another hour than its block.
  await bench.admin.query('update body set hour = $1 where seq = 5', [hour]);
  const { packer, lines } = makePacker(bench.db);

  const pass = await packer.pass(never);

  assert.equal(pass.setAside, 5);
  assert.equal(pass.failures, 0);
  assert.equal(await storedSamples(bench.admin), 12 * SAMPLES);
  assert.equal(await count(bench.admin, 'body where not packed'), 0);
  const aside = await bench.admin.query<{ seq: number; reason: string; kept: number }>(
    'select seq, reason, length(block) as kept from body_set_aside order by seq',
  );
  assert.deepEqual(
    aside.map(({ seq }) => seq),
    [2, 3, 4, 5, 6],
  );
  assert.match(aside[0]?.reason ?? '', /version 9/);
  assert.match(aside[1]?.reason ?? '', /ownerName has 300 characters/);
  assert.match(aside[2]?.reason ?? '', /zero character/);
  assert.match(aside[3]?.reason ?? '', /the block says hour/);
  assert.match(aside[4]?.reason ?? '', /kills in a window; expected at most/);
  assert.equal(lines.filter((line) => line.includes('body-set-aside')).length, 5);
});

test('two halves of a window told by two epochs of an agent add up', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 3;
  const half = (fromSecond: number, toSecond: number) => [
    usageOf({ hour, windows: [4], fromSecond, toSecond }),
  ];
  await push(bench, [
    { seq: 1, epoch: 1n, hour, usages: half(0, 140) },
    { seq: 1, epoch: 2n, hour, usages: half(160, 300) },
  ]);

  await makePacker(bench.db).packer.pass(never);

  const [stored] = await storedHours(bench.admin);
  assert.equal(stored?.content.coveredSeconds, 280);
  assert.equal(stored?.content.cpu?.count, 2 * SAMPLES);
  assert.equal(stored?.content.cpuMeans?.count, 1);
  assert.equal(stored?.content.replicas, 1);
  const ledger = await bench.admin.query(
    'select covered, overlapped from agent_hour order by epoch',
  );
  assert.deepEqual(ledger, [
    { covered: '{[1200,1340)}', overlapped: 0 },
    { covered: '{[1360,1500)}', overlapped: 0 },
  ]);
});

test('of two epochs that covered the same seconds the longer is kept and the overlap counted', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 3;
  await push(bench, [
    { seq: 1, epoch: 1n, hour, usages: [usageOf({ hour, windows: [4], toSecond: 200, cores: 1 })] },
    {
      seq: 1,
      epoch: 2n,
      hour,
      usages: [usageOf({ hour, windows: [4], fromSecond: 150, cores: 2 })],
    },
  ]);

  await makePacker(bench.db).packer.pass(never);

  const [stored] = await storedHours(bench.admin);
  assert.equal(stored?.content.coveredSeconds, 200);
  assert.equal(stored?.content.cpu?.count, SAMPLES);
  assert.equal(stored?.content.cpu?.min, 1);
  const [overlaps] = await bench.admin.query('select sum(overlapped)::int4 as n from agent_hour');
  assert.deepEqual(overlaps, { n: 1 });
});

test('an agent with a large random epoch keeps its ledger', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 3;
  await push(bench, [{ seq: 1, epoch: 0xf123_4567_89ab_cdefn, hour, usages: [usageOf({ hour })] }]);

  await makePacker(bench.db).packer.pass(never);

  const [epoch] = await bench.admin.query('select epoch::text from agent_epoch');
  assert.deepEqual(epoch, { epoch: String(BigInt.asIntN(64, 0xf123_4567_89ab_cdefn)) });
});

test('a stored hour that cannot be read is replaced and counted, not a reason to stop', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 3;
  const { packer, lines } = makePacker(bench.db);
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour, windows: [0] })] }]);
  await packer.pass(never);
  await bench.admin.query("update hours set content = '\\x0102'");
  await push(bench, [{ seq: 2, hour, usages: [usageOf({ hour, windows: [1] })] }]);

  const pass = await packer.pass(never);

  assert.equal(pass.failures, 0);
  assert.equal(await storedSamples(bench.admin), SAMPLES);
  assert.equal(lines.filter((line) => line.includes('stored-hours-unreadable')).length, 1);
});

test('an hour that cannot be packed does not hold up the others of its job', async (t) => {
  const bench = await makeBench(t);
  const hours = [NOW_HOUR - 4, NOW_HOUR - 3, NOW_HOUR - 2];
  await push(
    bench,
    hours.map((hour, index) => ({ seq: index + 1, hour, usages: [usageOf({ hour })] })),
  );
  await bench.admin.query(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'no room'; end $$`);
  await bench.admin.query(
    `create trigger refuse before insert on hours for each row when (new.hour = ${hours[1]})
     execute function refuse()`,
  );

  const pass = await makePacker(bench.db).packer.pass(never);

  assert.equal(pass.bodies, 2);
  const waiting = await bench.admin.query('select hour from body where not packed');
  assert.deepEqual(waiting, [{ hour: hours[1] }]);
});

test('makes the partitions of an hour far back', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 24 * 60;
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour })] }]);

  const pass = await makePacker(bench.db).packer.pass(never);

  assert.equal(pass.containerHours, 1);
  assert.equal(await ensureHourPartitions(bench.db, [hour]), 0);
});

test('a partition dropped between being made and being written to is made again', async (t) => {
  const bench = await makeBench(t);
  const hour = NOW_HOUR - 24 * 30;
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour })] }]);
  let drops = 0;
  const db: Database = {
    query: (text, params) => bench.db.query(text, params),
    close: () => bench.db.close(),
    transaction: async (fn, options) => {
      drops += 1;
      // As the keeper does it: the partition is old and, until now, empty.
      const day = Math.floor(hour / 24);
      if (drops === 1) await bench.db.query("select drop_partition('hours', $1)", [day]);
      return await bench.db.transaction(fn, options);
    },
  };

  const pass = await makePacker(db).packer.pass(never);

  assert.equal(drops, 2);
  assert.deepEqual(pass, { units: 1, bodies: 1, containerHours: 1, setAside: 0, failures: 0 });
});

test('the oldest day with work is the one of a waiting body or of an open day', async (t) => {
  const bench = await makeBench(t);
  const today = Math.floor(NOW_HOUR / 24);
  const ask = () => findOldestOpenDay(bench.db);
  assert.equal(await ask(), undefined);

  await push(bench, [{ seq: 1, hour: (today - 20) * 24, usages: [] }]);
  assert.equal(await ask(), today - 20);
  await makePacker(bench.db).packer.pass(never);
  assert.equal(await ask(), today - 20);
  await bench.admin.query('update day_state set closed = true');

  assert.equal(await ask(), undefined);
});

test('an hour is due by the database’s clock, or by the one that is told', async (t) => {
  const bench = await makeBench(t);
  await push(bench, [{ seq: 1, hour: NOW_HOUR, usages: [usageOf({ hour: NOW_HOUR })] }]);
  const timing = { delayMs: 3_600_000, firstDayEveryMs: 0, firstDayMs: 0, atOnce: false };
  const later = () => Promise.resolve((NOW_HOUR + 2) * 3_600_000);

  const byDatabase = await makePacker(bench.db, 1000, { timing }).packer.pass(never);
  const byTold = await makePacker(bench.db, 1000, { timing, now: later }).packer.pass(never);

  assert.deepEqual([byDatabase.units, byTold.units], [0, 1]);
});
