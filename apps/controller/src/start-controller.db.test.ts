import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type Clock, createLog, Metrics, systemClock } from '@trimtab/daemon';
import { DAY_MS } from '@trimtab/units';
import { type Bench, makeBench } from '../test/database.ts';
import { TODAY, visibleRecs } from '../test/run-bench.ts';
import { count } from '../test/stored.ts';
import { push, usageOf } from '../test/usage.ts';
import { readControllerConfig } from './config.ts';
import type { Progress } from './progress.ts';
import { startController } from './start-controller.ts';

function start(
  scope: TestContext,
  bench: Pick<Bench, 'url'>,
  env: Record<string, string> = {},
  clock: Clock = systemClock,
) {
  const lines: string[] = [];
  const told: Progress[] = [];
  const metrics = new Metrics();
  const controller = startController({
    databaseUrl: bench.url,
    config: readControllerConfig({
      env: {
        TRIMTAB_CONTROLLER_PACK_AT_ONCE: 'true',
        TRIMTAB_CONTROLLER_LEAD_LEASE_SECONDS: '3',
        TRIMTAB_CONTROLLER_LEAD_RENEW_SECONDS: '2',
        TRIMTAB_CONTROLLER_LEAD_RETRY_SECONDS: '1',
        ...env,
      },
    }),
    log: createLog({ process: 'test', write: (line) => lines.push(line) }),
    metrics,
    clock,
    random: Math.random,
    onProgress: (progress) => told.push(progress),
  });
  scope.after(() => controller.stop());
  return { controller, lines, told, metrics };
}

async function pushDays(bench: Bench, days: number): Promise<void> {
  const hours = Array.from({ length: days * 24 }, (_, index) => (TODAY - days) * 24 + index);
  await push(
    bench,
    hours.map((hour, index) => ({
      seq: index + 1,
      hour,
      usages: ['cart', 'pay'].map((workload) => usageOf({ hour, workload })),
    })),
  );
}

test('a run asked for packs, closes, analyses in threads and makes the result visible', async (t) => {
  const bench = await makeBench(t);
  await pushDays(bench, 6);
  const { controller, told, lines, metrics } = start(t, bench);

  const summary = await controller.runNow();

  assert.equal(summary.recommended, 2, lines.join(''));
  assert.equal(summary.containers, 2);
  assert.equal(summary.shardsSetAside, 0);
  assert.equal((await visibleRecs(bench)).length, 2);
  assert.equal(await count(bench.admin, 'body where not packed'), 0);
  assert.ok((await count(bench.admin, 'day_state where closed')) >= 4);
  const progress = controller.packed();
  assert.equal(progress.bodiesPacked, 6 * 24);
  assert.equal(progress.containerHours, 2 * 6 * 24);
  assert.equal(progress.bodiesWaiting, 0);
  assert.equal(progress.run?.isCommitted, true);
  assert.deepEqual(told.at(-1), progress);
  assert.equal(controller.live().ok, true);
  assert.deepEqual(controller.ready(), { ok: true, reason: 'the database answers' });
  const text = metrics.text();
  assert.match(text, /^trimtab_controller_leading 1$/m);
  assert.match(text, /^trimtab_controller_epoch 1$/m);
  assert.match(text, /^trimtab_controller_bodies_packed_total 144$/m);

  const again = await controller.runNow();
  assert.equal(again.changed, 0);
  assert.ok((again.runId ?? 0) > (summary.runId ?? 0));
});

test('a run asked for on an empty database says so', async (t) => {
  const bench = await makeBench(t);
  const { controller } = start(t, bench);

  const summary = await controller.runNow();

  assert.equal(summary.runId, undefined);
  assert.equal(summary.containers, 0);
});

test('a clock that is years ahead costs no history', async (t) => {
  const bench = await makeBench(t);
  await pushDays(bench, 4);
  await start(t, bench).controller.runNow();
  const before = await bench.admin.query('select wc_id, day from day_sum order by 1, 2');
  const blocks = await count(bench.admin, 'day_block');
  const ahead = { ...systemClock, now: () => Date.now() + 1000 * DAY_MS };

  const { controller } = start(t, bench, {}, ahead);
  while (!controller.ready().ok) await systemClock.sleep(20);
  await controller.stop();

  const after = await bench.admin.query('select wc_id, day from day_sum order by 1, 2');
  assert.ok(before.length > 0 && blocks > 0);
  assert.deepEqual(
    after.filter((row) => before.some((known) => isDeepStrictEqual(row, known))),
    before,
  );
  assert.ok((await count(bench.admin, 'day_block')) >= blocks);
});

test('a process clock ten days ahead closes no day early, puts no late body aside and plans for no later day', async (t) => {
  const bench = await makeBench(t);
  await pushDays(bench, 6);
  const first = start(t, bench).controller;
  await first.runNow();
  await first.stop();
  const closed = 'day_state where closed';
  const before = await count(bench.admin, closed);
  const [today, firstDay] = [TODAY * 24, (TODAY - 6) * 24];
  await push(bench, [
    { seq: 1, epoch: 8n, hour: today, usages: [usageOf({ hour: today })] },
    { seq: 2, epoch: 8n, hour: firstDay, usages: [usageOf({ hour: firstDay, pod: 'cart-1' })] },
  ]);
  const ahead = { ...systemClock, now: () => Date.now() + 10 * DAY_MS };

  const { controller } = start(t, bench, {}, ahead);
  await controller.runNow();

  const { bodiesPacked, bodiesSetAside, daysClosed } = controller.packed();
  assert.deepEqual([bodiesPacked, bodiesSetAside, daysClosed], [2, 0, 0]);
  assert.equal(await count(bench.admin, closed), before);
  assert.equal(await count(bench.admin, `day_state where closed and day >= ${TODAY}`), 0);
  assert.equal(await count(bench.admin, `run where as_of_day > ${TODAY}`), 0);
});

test('of two instances one leads; when it stops the other leads and plans', async (t) => {
  const bench = await makeBench(t);
  await pushDays(bench, 4);
  const first = start(t, bench);
  await first.controller.runNow();
  const second = start(t, bench);
  const refused = second.controller.runNow();
  await assert.rejects(refused, { code: 'TT_CONTROLLER_NOT_LEADING' });
  assert.equal(second.controller.epoch(), undefined);

  await first.controller.stop();
  const summary = await second.controller.runNow();

  assert.equal(summary.recommended, 2);
  assert.equal(second.controller.epoch(), 2);
  assert.equal(first.controller.ready().ok, false);
});

test('a run asked for comes through connections that are lost again and again', async (t) => {
  const bench = await makeBench(t);
  await pushDays(bench, 4);
  const { controller, lines } = start(t, bench, {
    TRIMTAB_CONTROLLER_RUN_EVERY_SECONDS: '1',
    TRIMTAB_CONTROLLER_PACK_EVERY_SECONDS: '1',
  });

  let isRunning = true;
  const running = controller.runNow().finally(() => {
    isRunning = false;
  });
  const killing = (async (): Promise<number> => {
    let kills = 0;
    for (; isRunning && kills < 8; kills += 1) {
      await bench.admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'trimtab-controller%'",
      );
      await systemClock.sleep(40);
    }
    return kills;
  })();
  const [summary, kills] = await Promise.all([running, killing]);

  assert.ok(kills > 2, `only ${kills} kills`);
  assert.equal(summary.recommended, 2, lines.join(''));
  assert.equal(await count(bench.admin, "run where state = 'open'"), 0);
});
