import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlanner, makeRunBench, PLAN, TODAY, takeLead } from '../../test/run-bench.ts';

const DAY_MS = 86_400_000;

test('a run is as of the day that the told clock shows', async (t) => {
  const bench = await makeRunBench(t);
  const epoch = await takeLead(bench, 'a');
  const day = TODAY - 2;
  const now = () => Promise.resolve(day * DAY_MS + 1);

  const turn = await makePlanner(bench.db, PLAN, { now }).planner.turn(epoch, { force: true });

  assert.equal(turn.kind, 'open');
  assert.deepEqual(await bench.admin.query('select as_of_day from run'), [{ as_of_day: day }]);
});
