import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPlan } from '@trimtab/analysis';
import { beatClaim, claimShard, findCommittedRun, findOpenRun } from '@trimtab/store/run';
import { fill } from '../../test/fill.ts';
import { killBackend, killedAt } from '../../test/kill.ts';
import {
  makePlanner,
  makeRunBench,
  makeWorker,
  never,
  PLAN,
  TODAY,
  takeLead,
  visibleRecs,
  wholeRun,
} from '../../test/run-bench.ts';
import { count } from '../../test/stored.ts';
import { analyseShard } from './analyse-shard.ts';
import { readTask } from './read-task.ts';
import { writeShard } from './write-shard.ts';

test('a run becomes visible as a whole when it is committed, and not before', async (t) => {
  const bench = await makeRunBench(t);
  const epoch = await takeLead(bench, 'a');
  const { planner } = makePlanner(bench.db);

  const opened = await planner.turn(epoch, { force: false });
  assert.equal(opened.kind, 'open');
  assert.equal(await makeWorker(bench.db).worker.work(never), 3);
  assert.equal(await count(bench.admin, 'rec'), 3);
  assert.deepEqual(await visibleRecs(bench), []);
  const committed = await planner.turn(epoch, { force: false });

  assert.equal(committed.kind, 'committed');
  const recs = await visibleRecs(bench);
  assert.deepEqual(
    recs.map(({ workload }) => workload),
    ['cart', 'pay', 'search'],
  );
  for (const rec of recs) {
    assert.ok((rec.cpu ?? 0) > 0, `${rec.workload} has a CPU request`);
    assert.ok((rec.memory ?? 0) > 2 ** 20, `${rec.workload} has a memory request`);
  }
  const forecasts = await bench.admin.query<{ day: number; cpu_m: number; preset: string }>(
    'select day, cpu_m, preset from forecast join wc using (wc_id) join workload using (workload_id) order by name',
  );
  assert.deepEqual(
    forecasts,
    recs.map(({ cpu }) => ({ day: TODAY, cpu_m: cpu, preset: 'balanced' })),
  );
  assert.deepEqual(await planner.turn(epoch, { force: false }), { kind: 'idle' });
});

test('closed days and open days give the same task result as all days open', async (t) => {
  const bench = await makeRunBench(t);
  const shards = await bench.admin.query<{ shard: number }>('select distinct shard from wc');
  const results = async () => {
    const tasks = shards.map(({ shard }) =>
      readTask(bench.db, { shard, asOfDay: TODAY, plan: PLAN }),
    );
    return (await Promise.all(tasks)).flatMap((task) => analyseShard(task));
  };

  const mixed = await results();
  await bench.admin.query('update day_state set closed = false');
  await bench.admin.query('delete from day_sum');
  const open = await results();

  assert.equal(mixed.length, 3);
  assert.deepEqual(mixed, open);
});

test('a recommendation is rewritten only when its value, its reason or the sizes change', async (t) => {
  const bench = await makeRunBench(t);
  const first = await wholeRun(bench);
  const before = await visibleRecs(bench);

  const second = await wholeRun(bench);
  const unchanged = await visibleRecs(bench);
  await bench.admin.query(
    "update wc set cpu_request_m = 900 from workload w where w.workload_id = wc.workload_id and w.name = 'pay'",
  );
  const third = await wholeRun(bench);
  const changed = await visibleRecs(bench);

  assert.deepEqual(new Set(before.map(({ fromRun }) => fromRun)), new Set([first]));
  assert.ok(second > first);
  assert.deepEqual(unchanged, before);
  assert.deepEqual(
    changed.map(({ workload, fromRun }) => [workload, fromRun]),
    [
      ['cart', first],
      ['pay', third],
      ['search', first],
    ],
  );
  assert.equal(await count(bench.admin, 'rec'), 4);
});

test('another preset is another recommendation', async (t) => {
  const bench = await makeRunBench(t);
  await wholeRun(bench);
  const second = await wholeRun(bench, { ...PLAN, analysis: defaultPlan('reliability') });

  const recs = await visibleRecs(bench);

  assert.deepEqual(new Set(recs.map(({ fromRun }) => fromRun)), new Set([second]));
});

test('a stale epoch can neither open nor commit nor give up a run', async (t) => {
  const bench = await makeRunBench(t);
  const stale = await takeLead(bench, 'stopped');
  const stopped = makePlanner(bench.db).planner;
  const other = makePlanner(bench.db, { ...PLAN, historyDays: 7 }).planner;

  const fresh = await takeLead(bench, 'woken');
  assert.deepEqual(await stopped.turn(stale, { force: true }), { kind: 'lost' });
  assert.equal(await count(bench.admin, 'run'), 0);

  await stopped.turn(fresh, { force: true });
  await makeWorker(bench.db).worker.work(never);
  assert.deepEqual(await stopped.turn(stale, { force: true }), { kind: 'lost' });
  assert.deepEqual(await other.turn(stale, { force: true }), { kind: 'lost' });
  assert.equal(await count(bench.admin, "run where state = 'open'"), 1);
  assert.equal((await stopped.turn(fresh, { force: false })).kind, 'committed');
});

test('over many takeovers in the middle of a run no two epochs commit, and every run is committed by its own', async (t) => {
  const bench = await makeRunBench(t);
  const planners = ['a', 'b', 'c'].map(() => makePlanner(bench.another()).planner);
  const epochs = new Array<number>(planners.length).fill(await takeLead(bench, 'start'));
  const commits: number[] = [];

  for (let round = 0; round < 30; round += 1) {
    const taken = round % planners.length;
    if (round % 2 === 0) epochs[taken] = await takeLead(bench, `holder-${round}`);
    // All believe they lead, as processes do that were stopped and woken.
    const turns = await Promise.all(
      planners.map((planner, index) =>
        planner.turn(epochs[index] ?? 0, { force: round % 5 === 0 }),
      ),
    );
    commits.push(...turns.flatMap((turn) => (turn.kind === 'committed' ? [turn.run.runId] : [])));
    await makeWorker(bench.db).worker.work(never);
  }

  assert.equal(new Set(commits).size, commits.length, 'a run was committed twice');
  const [top] = await bench.admin.query<{ epoch: number }>('select epoch from leader_epoch');
  const rows = await bench.admin.query<{ state: string; epoch: number }>(
    'select state, epoch from run order by run_id',
  );
  assert.ok(rows.length >= 5, `${rows.length} runs`);
  assert.equal(rows.filter(({ state }) => state === 'open').length <= 1, true);
  for (const { epoch } of rows) assert.ok(epoch <= (top?.epoch ?? 0));
  const opened = rows.map(({ epoch }) => epoch);
  assert.deepEqual(
    opened,
    [...opened].sort((x, y) => x - y),
    'epochs of runs never go back',
  );
});

test('a new leader takes an open run over and the shards that are done still count', async (t) => {
  const bench = await makeRunBench(t);
  const { planner } = makePlanner(bench.db);
  await planner.turn(await takeLead(bench, 'first'), { force: true });
  const stop = new AbortController();
  const { worker } = makeWorker(bench.db, { onShard: () => stop.abort() });
  assert.equal(await worker.work(stop.signal), 1);

  const epoch = await takeLead(bench, 'second');
  const turn = await planner.turn(epoch, { force: false });
  assert.equal(turn.kind === 'open' && turn.counts.done, 1);
  assert.equal(await makeWorker(bench.db).worker.work(never), 2);

  assert.equal((await planner.turn(epoch, { force: false })).kind, 'committed');
  assert.equal((await findCommittedRun(bench.admin))?.epoch, epoch);
  assert.equal((await visibleRecs(bench)).length, 3);
});

test('a run given up leaves no trace in what readers see, then or later', async (t) => {
  const bench = await makeRunBench(t);
  await wholeRun(bench);
  const before = await visibleRecs(bench);
  const epoch = await takeLead(bench, 'a');
  const other = makePlanner(bench.db, { ...PLAN, analysis: defaultPlan('reliability') }).planner;
  await other.turn(epoch, { force: true });
  await makeWorker(bench.db).worker.work(never);

  const turn = await makePlanner(bench.db).planner.turn(epoch, { force: false });
  assert.equal(turn.kind, 'abandoned');
  assert.deepEqual(await visibleRecs(bench), before);
  // A later run that writes nothing must not bring the abandoned rows up.
  await wholeRun(bench);

  assert.deepEqual(await visibleRecs(bench), before);
});

test('a claim without heartbeat is taken over, and its old token can neither write nor beat', async (t) => {
  const bench = await makeRunBench(t);
  await makePlanner(bench.db).planner.turn(await takeLead(bench, 'a'), { force: true });
  const bid = { holder: 'slow', visibilityMs: 30_000, maxAttempts: 3 };
  const token = '00000000-0000-4000-8000-000000000001';
  const claimed = await claimShard(bench.db, { ...bid, token });
  assert.ok(claimed);
  const claim = { runId: claimed.runId, shard: claimed.shard, token };
  assert.equal(await beatClaim(bench.db, claim), true);

  await bench.admin.query("update run_shard set heartbeat_at = now() - interval '31 seconds'");
  assert.equal(await makeWorker(bench.db, { visibilityMs: 30_000 }).worker.work(never), 3);
  const written = await count(bench.admin, 'rec');
  const late = await writeShard(bench.db, claim, { asOfDay: TODAY, results: [] });

  assert.deepEqual(late, { kind: 'lost' });
  assert.equal(await beatClaim(bench.db, claim), false);
  assert.equal(await count(bench.admin, 'rec'), written);
  const [shard] = await bench.admin.query(
    'select state, attempts from run_shard where shard = $1',
    [claim.shard],
  );
  assert.deepEqual(shard, { state: 'done', attempts: 2 });
});

test('no shard is claimed twice at once, however many replicas bid', async (t) => {
  const bench = await makeRunBench(t);
  await makePlanner(bench.db).planner.turn(await takeLead(bench, 'a'), { force: true });

  const claims = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      claimShard(bench.db, {
        token: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        holder: `replica-${index}`,
        visibilityMs: 30_000,
        maxAttempts: 3,
      }),
    ),
  );

  const shards = claims.flatMap((claim) => (claim === undefined ? [] : [claim.shard]));
  assert.equal(shards.length, 3);
  assert.equal(new Set(shards).size, 3);
});

test('a shard that fails three times is set aside with its reason, and the run is committed without it', async (t) => {
  const bench = await makeRunBench(t);
  await wholeRun(bench);
  const before = await visibleRecs(bench);
  const [bad] = await bench.admin.query<{ shard: number; workload: string }>(
    'select c.shard, w.name as workload from wc c join workload w using (workload_id) order by w.name limit 1',
  );
  const epoch = await takeLead(bench, 'a');
  const { planner, lines } = makePlanner(bench.db, { ...PLAN, analysis: defaultPlan('savings') });
  const opened = await planner.turn(epoch, { force: true });
  const { worker } = makeWorker(bench.db, {
    analyse: async (task) => {
      const results = await Promise.resolve(analyseShard(task));
      const isBad = results.some(({ wcId }) => wcId === badId);
      if (isBad) throw new Error('does not compute');
      return results;
    },
  });
  const [badRow] = await bench.admin.query<{ wc_id: number }>(
    'select wc_id from wc where shard = $1 order by wc_id limit 1',
    [bad?.shard],
  );
  const badId = badRow?.wc_id;

  const written = await worker.work(never);
  const turn = await planner.turn(epoch, { force: false });

  assert.equal(opened.kind, 'open');
  assert.equal(written, 2);
  assert.equal(turn.kind === 'committed' && turn.counts.setAside, 1);
  const [shard] = await bench.admin.query(
    "select attempts, reason from run_shard where state = 'set-aside'",
  );
  assert.deepEqual(shard, { attempts: 3, reason: 'does not compute' });
  assert.equal(lines.filter((line) => line.includes('shard-set-aside')).length, 1);
  const after = await visibleRecs(bench);
  const kept = after.find(({ workload }) => workload === bad?.workload);
  assert.deepEqual(
    kept,
    before.find(({ workload }) => workload === bad?.workload),
  );
});

test('an instance of another version, which cannot read the plan, spends no attempts of a run', async (t) => {
  const bench = await makeRunBench(t);
  const { planner } = makePlanner(bench.db);
  await planner.turn(await takeLead(bench, 'a'), { force: true });
  await bench.admin.query(`update run set plan = '{"later": true}'`);
  const { worker } = makeWorker(bench.db, { parallel: 2 });

  for (let turn = 0; turn < 4; turn += 1) {
    await assert.rejects(worker.work(never), { code: 'TT_CONTROLLER_PLAN' });
  }

  const shards = await bench.admin.query('select distinct state, attempts from run_shard');
  assert.deepEqual(shards, [{ state: 'waiting', attempts: 0 }]);
});

test('an instance with the code of another version leaves the shards to those that know the plan', async (t) => {
  const bench = await makeRunBench(t);
  const { planner } = makePlanner(bench.db);
  await planner.turn(await takeLead(bench, 'a'), { force: true });
  await bench.admin.query(
    `update run set plan = jsonb_set(plan, '{analysis,version}', '"balanced-later"')`,
  );
  const { worker } = makeWorker(bench.db, { parallel: 2 });

  for (let turn = 0; turn < 4; turn += 1) {
    await assert.rejects(worker.work(never), { code: 'TT_CONTROLLER_PLAN' });
  }

  const shards = await bench.admin.query('select distinct state, attempts from run_shard');
  assert.deepEqual(shards, [{ state: 'waiting', attempts: 0 }]);
  assert.equal(await count(bench.admin, 'rec'), 0);
});

test('a container whose history cannot be read is withheld, the others are not touched by it', async (t) => {
  const bench = await makeRunBench(t);
  await bench.admin.query(
    `update day_sum s set content = '\\xdeadbeef' from wc c join workload w using (workload_id)
     where s.wc_id = c.wc_id and w.name = 'pay' and s.day = $1`,
    [TODAY - 3],
  );

  await wholeRun(bench);

  const recs = await visibleRecs(bench);
  assert.deepEqual(
    recs.map(({ workload, code }) => [workload, code]),
    [
      ['cart', null],
      ['pay', 'corrupt-history'],
      ['search', null],
    ],
  );
  assert.equal(recs[1]?.cpu, null);
});

test('a connection lost at any statement of a shard costs neither the shard nor an attempt', async (t) => {
  const bench = await makeRunBench(t);
  const epoch = await takeLead(bench, 'a');
  const { planner } = makePlanner(bench.db);
  await planner.turn(epoch, { force: true });

  // Statements 0 to 8 of the transactions that read and write a shard, and their commits.
  for (let at = 0; at < 9; at += 1) {
    const { worker } = makeWorker(killedAt(bench, at));
    await worker.work(never).catch(() => undefined);
    const spent = await count(bench.admin, "run_shard where state = 'waiting' and attempts > 0");
    assert.equal(spent, 0, `an attempt was spent by the loss at statement ${at}`);
  }
  await makeWorker(bench.db).worker.work(never);

  assert.equal((await planner.turn(epoch, { force: false })).kind, 'committed');
  assert.equal((await visibleRecs(bench)).length, 3);
  assert.equal(await count(bench.admin, 'rec'), 3);
});

test('every idle connection killed in the middle of a run only delays it', async (t) => {
  const bench = await makeRunBench(t);
  const epoch = await takeLead(bench, 'a');
  const { planner } = makePlanner(bench.db);
  await planner.turn(epoch, { force: true });
  let kills = 0;
  const { worker } = makeWorker(bench.db, {
    analyse: async (task) => {
      kills += 1;
      if (kills === 1) {
        await bench.admin.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like '%trimtab_controller'",
        );
      }
      return analyseShard(task);
    },
  });

  for (let turn = 0; turn < 3; turn += 1) await worker.work(never).catch(() => undefined);

  assert.equal((await planner.turn(epoch, { force: false })).kind, 'committed');
});

test('a stop in the middle of a shard hands it back at once', async (t) => {
  const bench = await makeRunBench(t);
  await makePlanner(bench.db).planner.turn(await takeLead(bench, 'a'), { force: true });
  const stop = new AbortController();
  const { worker } = makeWorker(bench.db, {
    analyse: (task) => {
      stop.abort();
      return Promise.resolve(analyseShard(task));
    },
  });

  assert.equal(await worker.work(stop.signal), 0);

  const shards = await bench.admin.query('select distinct state, attempts, token from run_shard');
  assert.deepEqual(shards, [{ state: 'waiting', attempts: 0, token: null }]);
});

test('late usage that changes a closed day reaches the next run', async (t) => {
  const bench = await makeRunBench(t);
  await wholeRun(bench);
  const before = await visibleRecs(bench);

  await fill(bench, { firstDay: TODAY - 4, days: 1, workloads: ['fresh'], firstSeq: 1000 });
  const run = await wholeRun(bench);

  const after = await visibleRecs(bench);
  assert.deepEqual(
    after.filter(({ workload }) => workload !== 'fresh'),
    before,
  );
  const fresh = after.find(({ workload }) => workload === 'fresh');
  assert.equal(fresh?.fromRun, run);
  assert.equal(await findOpenRun(bench.admin), undefined);
});

test('a backend killed while a run is being committed leaves it open, and the next turn commits it', async (t) => {
  const bench = await makeRunBench(t);
  const epoch = await takeLead(bench, 'a');
  const { planner } = makePlanner(bench.db);
  await planner.turn(epoch, { force: true });
  await makeWorker(bench.db).worker.work(never);

  await assert.rejects(
    makePlanner({
      ...killedAt(bench, -1),
      transaction: (fn, options) =>
        bench.db.transaction(async (tx) => {
          const result = await fn(tx);
          await killBackend(bench, tx);
          return result;
        }, options),
    }).planner.turn(epoch, { force: false }),
  );
  assert.deepEqual(await visibleRecs(bench), []);

  assert.equal((await planner.turn(epoch, { force: false })).kind, 'committed');
});
