import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPlan } from '@trimtab/analysis';
import { isSamePlan, parseStoredPlan } from './stored-plan.ts';

const plan = { analysis: defaultPlan('balanced'), historyDays: 28 };

test('reads back a plan that went through JSON', () => {
  assert.deepEqual(parseStoredPlan(JSON.parse(JSON.stringify(plan))), plan);
});

test('refuses what is not a plan, saying why', () => {
  const refused = { code: 'TT_CONTROLLER_PLAN', message: /^run\.plan: .+; expected/ };
  for (const bad of [
    null,
    {},
    { ...plan, historyDays: 0 },
    { ...plan, analysis: { ...plan.analysis, missTarget: 7 } },
    { ...plan, analysis: { ...plan.analysis, version: undefined } },
  ]) {
    assert.throws(() => parseStoredPlan(bad), refused);
  }
});

test('refuses a plan of a version that this code does not compute, naming both', () => {
  const later = { ...plan, analysis: { ...plan.analysis, version: 'balanced-later' } };
  const unknown = { ...plan, analysis: { ...plan.analysis, preset: 'boldness' } };

  assert.throws(() => parseStoredPlan(later), {
    code: 'TT_CONTROLLER_PLAN',
    message: `run.plan: found version balanced-later, this code computes ${plan.analysis.version}; expected what this version writes`,
  });
  assert.throws(() => parseStoredPlan(unknown), {
    code: 'TT_CONTROLLER_PLAN',
    message: /^run\.plan: found preset boldness/,
  });
});

test('tells plans apart by preset, version and days', () => {
  assert.equal(isSamePlan(plan, { ...plan }), true);
  assert.equal(isSamePlan(plan, { ...plan, historyDays: 14 }), false);
  assert.equal(isSamePlan(plan, { ...plan, analysis: defaultPlan('savings') }), false);
});
