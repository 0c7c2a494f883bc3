import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envelopeGoal, footprintGoal, honestVerdict } from './goals.ts';

function pointOf(stated: number, days: number, value: number, low: number, high: number) {
  return { name: 'trimtab', stated, days, realised: { value, low, high } };
}

test('goals follow the resource and the kind of recording', () => {
  assert.equal(envelopeGoal('nezha-pods', 'memory'), 0.9);
  assert.equal(envelopeGoal('bitbrains-rnd-90d', 'cpu'), 0.95);
  assert.equal(envelopeGoal('azure2017-vms', 'cpu'), 1);
  assert.equal(envelopeGoal('my-cluster', 'cpu'), undefined);
  assert.equal(footprintGoal('KRR', 'memory'), 0.9);
  assert.equal(footprintGoal('Autopilot window', 'cpu'), undefined);
});

test('a stated risk holds inside its range and is missed outside', () => {
  assert.equal(honestVerdict(pointOf(0.1, 1000, 0.11, 0.09, 0.13)), 'holds');
  assert.equal(honestVerdict(pointOf(0.1, 1000, 0.13, 0.11, 0.15)), 'missed');
  assert.equal(honestVerdict(pointOf(0.3, 1000, 0.3, 0.2, 0.4)), 'none');
});

test('few days cannot tell, unless the whole interval lies outside', () => {
  assert.equal(honestVerdict(pointOf(0.02, 500, 0.035, 0.02, 0.05)), 'too few');
  assert.equal(honestVerdict(pointOf(0.02, 500, 0.08, 0.06, 0.1)), 'missed');
  assert.equal(honestVerdict(pointOf(0.02, 14, 0.2, 0.1, 0.5)), 'too few');
});
