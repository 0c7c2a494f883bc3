import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeDaySum, encodeDaySum, encodeHour, sumDay } from '@trimtab/history';
import { ensureDayPartitions } from '@trimtab/store';
import { listDueDays } from '@trimtab/store/pack';
import { type Bench, makeBench, quiet } from '../../test/database.ts';
import { count, exactParts, storedHours } from '../../test/stored.ts';
import { type BatchOf, push, usageOf } from '../../test/usage.ts';
import { closeDay } from './close-day.ts';
import { closeDueDays } from './closer.ts';
import { packUnits } from './pack-units.ts';

const TODAY = Math.floor(Date.now() / 86_400_000);
const DAY = TODAY - 4;
const never = new AbortController().signal;

const batchesOf = (hours: readonly number[], firstSeq = 1): BatchOf[] =>
  hours.map((hour, index) => ({
    seq: firstSeq + index,
    hour,
    usages: [
      usageOf({ hour }),
      usageOf({ hour, pod: 'cart-1' }),
      usageOf({ hour, workload: 'pay' }),
    ],
  }));

async function packAll(bench: Bench, hours: readonly number[], firstBlockDay = 0): Promise<void> {
  const { tenantId, clusterId } = bench;
  await ensureDayPartitions(bench.db, [...new Set(hours.map((hour) => Math.floor(hour / 24)))]);
  await packUnits(
    bench.db,
    { tenantId, clusterId, hours, bodies: hours.length },
    { maxBodies: 1000, firstBlockDay },
  );
}

const closeOf = (bench: Bench, day = DAY) =>
  closeDay(bench.db, { tenantId: bench.tenantId, clusterId: bench.clusterId, day });

const blockBytes = async (bench: Bench) =>
  await bench.admin.query(
    `select 'block' as kind, wc_id, quarter as at, content::text from day_block
     union all select 'sum', wc_id, day, content::text from day_sum order by 1, 2, 3`,
  );

const hoursOf = (day: number, ...hours: number[]) => hours.map((hour) => day * 24 + hour);

test('a closed day holds the same hours as before, in quarters, and the sum of them', async (t) => {
  const bench = await makeBench(t);
  const hours = hoursOf(DAY, 0, 1, 5, 6, 23);
  await push(bench, batchesOf(hours));
  await packAll(bench, hours);
  const before = await storedHours(bench.admin);

  const outcome = await closeOf(bench);

  assert.deepEqual(outcome, { closed: true, containers: 2, unreadable: 0 });
  const after = await storedHours(bench.admin);
  assert.deepEqual(after.map(exactParts), before.map(exactParts));
  assert.equal(await count(bench.admin, 'day_block'), 2 * 3);
  const [sum] = await bench.admin.query<{ content: Uint8Array }>(
    "select content from day_sum join wc using (wc_id) join workload w using (workload_id) where w.name = 'cart'",
  );
  const decoded = decodeDaySum(sum?.content ?? new Uint8Array());
  assert.equal(decoded.coveredSeconds, 5 * 2 * 3600);
  assert.equal(decoded.hours.filter((hour) => hour !== undefined).length, 5);
});

test('kills and restarts that nobody counted stay absent in hours, quarters and sum; none counted is zero', async (t) => {
  const bench = await makeBench(t);
  const [hour = 0] = hoursOf(DAY, 5);
  const counted = usageOf({ hour, workload: 'pay' });
  const windows = counted.windows.map((each) => ({ ...each, oomKills: 0, restarts: 0 }));
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour }), { ...counted, windows }] }]);
  await packAll(bench, [hour]);
  const open = await storedHours(bench.admin);
  await closeOf(bench);

  const closed = await storedHours(bench.admin);
  const rows = await bench.admin.query<{ content: Uint8Array }>(
    'select content from day_sum join wc using (wc_id) join workload w using (workload_id) order by w.name',
  );
  const sums = rows.map(({ content }) => decodeDaySum(content));
  for (const stored of [
    open.map((each) => each.content),
    closed.map((each) => each.content),
    sums,
  ]) {
    assert.deepEqual(
      stored.map(({ oomKills, restarts }) => [oomKills, restarts]),
      [
        [undefined, undefined],
        [0, 0],
      ],
    );
  }
});

test('closing a day twice, or closing the same hours in another database, gives the same bytes', async (t) => {
  const [bench, twin] = [await makeBench(t), await makeBench(t)];
  const hours = hoursOf(DAY, 2, 3, 14);
  for (const one of [bench, twin]) {
    await push(one, batchesOf(hours));
    await packAll(one, hours);
  }

  const first = await closeOf(bench);
  const bytes = await blockBytes(bench);
  const second = await closeOf(bench);
  // As after a restore in which only the mark was lost.
  await bench.admin.query('update day_state set closed = false');
  const third = await closeOf(bench);
  await closeOf(twin);

  assert.deepEqual([first.closed, second.closed, third.closed], [true, false, true]);
  assert.deepEqual(await blockBytes(bench), bytes);
  assert.deepEqual(await blockBytes(twin), bytes);
});

test('a late hour of a closed day leaves blocks and sum as if everything had come in time', async (t) => {
  const [late, inTime] = [await makeBench(t), await makeBench(t)];
  const [early, tardy] = [hoursOf(DAY, 2, 3, 20), hoursOf(DAY, 4, 11)];
  await push(late, batchesOf(early));
  await packAll(late, early);
  await closeOf(late);
  await push(late, batchesOf(tardy, 100));
  await packAll(late, tardy);
  await push(inTime, batchesOf([...early, ...tardy]));
  await packAll(inTime, [...early, ...tardy]);
  await closeOf(inTime);

  assert.deepEqual(await blockBytes(late), await blockBytes(inTime));
  const [state] = await late.admin.query('select closed, rev from day_state');
  assert.deepEqual(state, { closed: true, rev: 3 });
});

test('late windows of an hour that is already stored are merged, on an open day and on a closed one', async (t) => {
  const [open, closed, whole] = [await makeBench(t), await makeBench(t), await makeBench(t)];
  const hour = DAY * 24 + 7;
  const first = { seq: 1, hour, usages: [usageOf({ hour, windows: [0, 1, 2, 8] })] };
  const rest = { seq: 2, hour, usages: [usageOf({ hour, windows: [3, 4, 9, 10, 11] })] };
  await push(open, [first]);
  await packAll(open, [hour]);
  await push(open, [rest]);
  await packAll(open, [hour]);
  await push(closed, [first]);
  await packAll(closed, [hour]);
  await closeOf(closed);
  await push(closed, [rest]);
  await packAll(closed, [hour]);
  await push(whole, [first, rest]);
  await packAll(whole, [hour]);

  const wanted = (await storedHours(whole.admin)).map(exactParts);
  assert.deepEqual((await storedHours(open.admin)).map(exactParts), wanted);
  assert.deepEqual((await storedHours(closed.admin)).map(exactParts), wanted);
  const [row] = await open.admin.query('select rev, covered from hours');
  assert.deepEqual(row, { rev: 2, covered: 9 * 300 });
  const [sum] = await closed.admin.query<{ content: Uint8Array }>('select content from day_sum');
  const [stored] = await storedHours(closed.admin);
  const hours = Array.from({ length: 24 }, (_, index) =>
    index === 7 ? stored?.content : undefined,
  );
  assert.deepEqual(Buffer.from(sum?.content ?? []), Buffer.from(encodeDaySum(sumDay(hours))));
});

test('a late hour of a workload that the closed day did not know gets blocks and a sum of its own', async (t) => {
  const bench = await makeBench(t);
  const hour = DAY * 24 + 7;
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour })] }]);
  await packAll(bench, [hour]);
  await closeOf(bench);
  await push(bench, [{ seq: 2, hour, usages: [usageOf({ hour, workload: 'new' })] }]);

  await packAll(bench, [hour]);

  assert.equal(await count(bench.admin, 'day_sum'), 2);
  assert.deepEqual(
    (await storedHours(bench.admin)).map(({ name }) => name),
    [`cart/app@${hour}`, `new/app@${hour}`],
  );
});

test('late bodies of a day whose blocks are gone are set aside, not lost', async (t) => {
  const bench = await makeBench(t);
  const hour = DAY * 24 + 7;
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour })] }]);
  await packAll(bench, [hour]);
  await closeOf(bench);
  const bytes = await blockBytes(bench);
  await push(bench, [{ seq: 2, hour, usages: [usageOf({ hour })] }]);

  await packAll(bench, [hour], DAY + 1);

  assert.deepEqual(await blockBytes(bench), bytes);
  assert.equal(await count(bench.admin, 'body where not packed'), 0);
  assert.equal(await count(bench.admin, "body_set_aside where reason like '%no longer kept%'"), 1);
});

test('an hour that cannot be read is left out of its closed day and counted', async (t) => {
  const bench = await makeBench(t);
  const hours = hoursOf(DAY, 3, 4);
  await push(bench, batchesOf(hours));
  await packAll(bench, hours);
  await bench.admin.query("update hours set content = '\\x00' where hour = $1", [DAY * 24 + 3]);

  const outcome = await closeOf(bench);

  assert.deepEqual(outcome, { closed: true, containers: 2, unreadable: 2 });
  assert.deepEqual(
    (await storedHours(bench.admin)).map(({ name }) => name),
    [`cart/app@${DAY * 24 + 4}`, `pay/app@${DAY * 24 + 4}`],
  );
});

test('closing scores what was forecast for the day', async (t) => {
  const bench = await makeBench(t);
  const hour = DAY * 24 + 3;
  await push(bench, [{ seq: 1, hour, usages: [usageOf({ hour, cores: 1 })] }]);
  await packAll(bench, [hour]);
  await bench.admin.query(
    `insert into forecast (tenant_id, shard, wc_id, day, preset, model, cpu_m, memory)
     select tenant_id, shard, wc_id, $1, preset, 'm', cpu_m, memory from wc,
       (values ('savings', 100::float8, 1::int8), ('reliability', 5000, 8589934592)) as f(preset, cpu_m, memory)`,
    [DAY],
  );

  await closeOf(bench);

  const scores = await bench.admin.query<{ preset: string; score: unknown }>(
    "select preset, score #- '{memory,peakOverForecast}' as score from forecast order by preset",
  );
  assert.deepEqual(scores, [
    {
      preset: 'reliability',
      score: { cpu: { missed: false, shareAbove: 0 }, memory: { missed: false } },
    },
    {
      preset: 'savings',
      score: { cpu: { missed: true, shareAbove: 1 }, memory: { missed: true } },
    },
  ]);
});

test('a day is due when its end is far enough back and nothing in it waits', async (t) => {
  const bench = await makeBench(t);
  const hours = [DAY * 24 + 1, (DAY + 1) * 24 + 1];
  await push(bench, batchesOf(hours));
  await packAll(bench, hours);
  await push(bench, [{ seq: 9, hour: (DAY + 1) * 24 + 1, usages: [] }]);
  const { log, metrics } = quiet();

  const due = await listDueDays(bench.db, DAY + 1);
  const afterMs = 36 * 3_600_000;
  const closeAt = (nowMs: number): Promise<number> =>
    closeDueDays({ db: bench.db, now: () => Promise.resolve(nowMs), log, metrics, afterMs }, never);
  const early = await closeAt((DAY + 1) * 86_400_000 + afterMs - 1);
  const closed = await closeAt((DAY + 1) * 86_400_000 + afterMs);

  assert.deepEqual(
    due.map(({ day }) => day),
    [DAY],
  );
  assert.deepEqual([early, closed], [0, 1]);
});

test('a closer waits for a packer that holds the day, and a packer for a closer', async (t) => {
  const bench = await makeBench(t);
  const hours = hoursOf(DAY, 1, 2, 3, 4, 5, 6, 7, 8);
  await push(bench, batchesOf(hours));
  await packAll(bench, hours.slice(0, 2));

  // Both at once, many times: whichever comes first, nothing may be lost between hours and blocks.
  const packing = hours.slice(2).map((hour) =>
    packAll(bench, [hour]).catch((error: unknown) => {
      assert.match(String(error), /was closed while/);
      return packAll(bench, [hour]);
    }),
  );
  await Promise.all([...packing, closeOf(bench)]);

  const stored = await storedHours(bench.admin);
  assert.equal(stored.length, 2 * hours.length);
  for (const { content } of stored) assert.ok(encodeHour(content).length > 0);
});
