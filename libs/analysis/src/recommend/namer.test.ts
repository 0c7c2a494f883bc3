import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDemand } from '../demand/index.ts';
import { madeDay } from '../made-days.ts';
import { type Named, Namer } from './namer.ts';
import { defaultPlan, type Plan } from './plan.ts';

const MIB = 2 ** 20;
const LAST_DAY_ONLY: Plan = {
  ...defaultPlan('balanced'),
  holdWithin: 0.05,
  memory: { models: [{ kind: 'recent-peak', days: 1, margin: 1 }] },
};

/** What is named after each of the days, whose peaks are given in MiB. */
function namedAfter(plan: Plan, peaks: readonly number[]): (Named | undefined)[] {
  const namer = new Namer(plan, 'memory');
  return peaks.map((peak, day) => {
    for (const demand of memoryDemand([madeDay({ day, memoryBytes: peak * MIB })])) {
      namer.observe(demand);
    }
    return namer.name();
  });
}

test('a slightly lower number does not replace the last one, a higher or much lower one does', () => {
  const calm = new Array(20).fill(1000);
  const named = namedAfter(LAST_DAY_ONLY, [...calm, 1050, 1100, 900]).slice(20);
  const amounts = named.map((one) => Math.floor((one?.amount ?? 0) / MIB));
  assert.deepEqual(
    named.map((one) => one?.isHeld),
    [true, false, false],
  );
  assert.ok(amounts[0] !== undefined && amounts[0] >= 1000);
  assert.ok(amounts[1] !== undefined && amounts[1] >= 1100);
  assert.ok(amounts[2] !== undefined && amounts[2] < 910);
});

test('the margin is raised while few days are known', () => {
  const margins = namedAfter(LAST_DAY_ONLY, new Array(14).fill(500)).map((one) => one?.margin);
  assert.deepEqual(margins.slice(0, 2), [undefined, undefined]);
  assert.ok((margins[2] ?? 0) > 1.2);
  assert.ok((margins[13] ?? 9) < 1.22);
});

test('changes to the model that this workload is cheaper with', () => {
  const plan: Plan = {
    ...defaultPlan('balanced'),
    memory: {
      models: [
        { kind: 'recent-peak', days: 8, margin: 3 },
        { kind: 'recent-peak', days: 8, margin: 1.1 },
      ],
    },
  };
  const margins = namedAfter(plan, new Array(10).fill(500)).map((one) => one?.model.margin);
  assert.deepEqual([margins[3], margins[9]], [3, 1.1]);
});
