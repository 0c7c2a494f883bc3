import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnalysisError } from '../errors.ts';
import { checkPlan, defaultPlan } from './plan.ts';

const PRESETS = ['savings', 'balanced', 'reliability'] as const;

test('the plans that ship pass their own check and survive JSON', () => {
  for (const preset of PRESETS) {
    const plan = defaultPlan(preset);
    checkPlan(plan);
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  }
});

test('each preset misses less than the one before', () => {
  assert.deepEqual(
    PRESETS.map((preset) => defaultPlan(preset).missTarget),
    [0.1, 0.05, 0.02],
  );
});

test('all that is wrong with a plan is named at once', () => {
  const plan = { ...defaultPlan('balanced'), minDays: 0, cpu: { models: [] } };
  assert.throws(
    () => checkPlan(plan),
    (error) =>
      error instanceof AnalysisError &&
      error.code === 'TT_ANALYSIS_BAD_PLAN' &&
      error.message.includes('minDays is 0; expected 1 to 400') &&
      error.message.includes('cpu.models is empty'),
  );
});
