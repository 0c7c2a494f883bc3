import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, epochDay } from '@trimtab/units';
import { analyse } from '../../analyse.ts';
import { AnalysisError } from '../../errors.ts';
import { madeDay } from '../../made-days.ts';
import { DEFAULT_RISK, findTrees } from '../../risk/index.ts';
import { defaultPlan, type ModelPlan, type Plan, type Verdict } from '../index.ts';

const MIB = 2 ** 20;
const PLAN = defaultPlan('balanced');
const MOST_BYTES = 60 * 1024;

type Level = (day: number, slot: number) => number;

function cpuOf(levels: Level, options: { days: number; plan?: Plan }): Verdict<unknown> {
  const days = Array.from({ length: options.days }, (_, day) =>
    madeDay({ day, cpuCores: (slot) => levels(day, slot) }),
  );
  const asOfDay = epochDay(options.days);
  return analyse({ days, sizes: {}, asOfDay }, options.plan ?? PLAN).cpu;
}

function planWith(risk: Partial<Extract<ModelPlan, { kind: 'risk-trees' }>>): Plan {
  const models = PLAN.cpu.models.map((model) =>
    model.kind === 'risk-trees' ? { ...model, ...risk } : model,
  );
  return { ...PLAN, cpu: { models } };
}

function requestOf(verdict: Verdict<unknown>): number {
  assert.ok(verdict.kind === 'recommended');
  return Number(verdict.request);
}

function linesOf(verdict: Verdict<unknown>): string {
  return verdict.kind === 'recommended' ? verdict.inputs.join('\n') : verdict.reason;
}

test('the model that ships is small, whole and under its own name', () => {
  assert.ok(DEFAULT_RISK.trees.length <= MOST_BYTES);
  assert.equal(findTrees({ model: DEFAULT_RISK.model }).features, findTrees(DEFAULT_RISK).features);
});

test('a verdict names the trees, the risk it takes and what they were trained on', () => {
  const verdict = cpuOf((day) => 0.3 + 0.05 * ((day * 7) % 5), { days: 14 });
  assert.ok(verdict.kind === 'recommended');
  assert.equal(verdict.model, 'risk-trees');
  assert.match(verdict.bound, /^[\d.]+ % risk a day by fleet-trained trees \(8-day peak /);
  assert.match(linesOf(verdict), /trained on public recordings, never on this workload/);
});

test('with four days the plain model names the size and the verdict says why', () => {
  const verdict = cpuOf(() => 0.3, { days: 4 });
  assert.ok(verdict.kind === 'recommended');
  assert.notEqual(verdict.model, 'risk-trees');
  assert.match(linesOf(verdict), /4 days .*; the trained model needs 5/);
});

test('trees that cannot be read leave the plain model, with the reason, never a crash', () => {
  const broken = [
    { model: 'ffffffff' },
    { trees: 'not base64 !' },
    { trees: 'AAAA' },
    { trees: DEFAULT_RISK.trees.replace(/[A-Z]/, (letter) => (letter === 'Q' ? 'R' : 'Q')) },
    { model: 'ffffffff', trees: DEFAULT_RISK.trees },
  ];
  for (const risk of broken) {
    const verdict = cpuOf(() => 0.3, { days: 14, plan: planWith(risk) });
    assert.ok(verdict.kind === 'recommended');
    assert.notEqual(verdict.model, 'risk-trees');
    assert.match(linesOf(verdict), /TT_ANALYSIS_BAD_MODEL/);
    assert.throws(
      () => findTrees({ model: DEFAULT_RISK.model, ...risk }),
      (error) => error instanceof AnalysisError && error.code === 'TT_ANALYSIS_BAD_MODEL',
    );
  }
});

test('trees that come with the plan name what the ones that ship would', () => {
  const levels: Level = (day) => 0.3 + 0.05 * ((day * 7) % 5);
  const sent = planWith({ trees: DEFAULT_RISK.trees });
  const verdict = cpuOf(levels, { days: 14, plan: sent });
  assert.equal(requestOf(verdict), requestOf(cpuOf(levels, { days: 14 })));
  assert.match(linesOf(verdict), /trained on a fleet, which this workload may be part of/);
});

test('a model that a workload is dearer with is not used for it', () => {
  const spendthrift = planWith({ price: 10_000, margin: 5 });
  const verdict = cpuOf(() => 0.3, { days: 20, plan: spendthrift });
  assert.ok(verdict.kind === 'recommended');
  assert.notEqual(verdict.model, 'risk-trees');
  assert.match(linesOf(verdict), /chosen for this workload/);
});

test('constant usage gets a little more than it uses', () => {
  const request = requestOf(cpuOf(() => 0.5, { days: 20 }));
  assert.ok(request >= 500 && request < 600, `found ${request}`);
});

test('a spike of a thousand times does not size the days after it', () => {
  const spiked = requestOf(cpuOf((day) => (day === 10 ? 200 : 0.2), { days: 40 }));
  assert.ok(spiked >= 200 && spiked < 600, `found ${spiked}`);
});

test('zeros name the smallest size, a single day nothing, and a gap is no zero', () => {
  assert.equal(requestOf(cpuOf(() => 0, { days: 14 })), 1);
  assert.equal(cpuOf(() => 0.2, { days: 1 }).kind, 'withheld');
  const days = [0, 1, 2, 3, 4, 5, 20, 21, 22].map((day) =>
    madeDay({ day, memoryBytes: 300 * MIB }),
  );
  const { memory } = analyse({ days, sizes: {}, asOfDay: epochDay(23) }, PLAN);
  assert.ok(memory.kind === 'recommended');
  assert.ok(memory.request > bytes(300 * MIB) && memory.request < bytes(400 * MIB));
});
