import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContainerSizes, DatedDay } from '@trimtab/history';
import { bytes, epochDay, millicores } from '@trimtab/units';
import fc from 'fast-check';
import { type Analysis, analyse } from './analyse.ts';
import { walkForward } from './backtest/index.ts';
import { cpuDemand, memoryDemand } from './demand/index.ts';
import { madeDay } from './made-days.ts';
import { defaultPlan } from './recommend/index.ts';

const MIB = 2 ** 20;
const PLAN = defaultPlan('balanced');

function analysed(days: readonly DatedDay[], sizes: ContainerSizes = {}): Analysis {
  const last = days.at(-1)?.day ?? 0;
  return analyse({ days, sizes, asOfDay: epochDay(last + 1) }, PLAN);
}

function steadyDays(count: number): DatedDay[] {
  return Array.from({ length: count }, (_, i) =>
    madeDay({ day: 100 + i, cpuCores: 0.2, memoryBytes: 300 * MIB }),
  );
}

test('a steady workload gets a little more than it uses, in whole millicores and MiB', () => {
  const { cpu, memory } = analysed(steadyDays(14));
  assert.ok(cpu.kind === 'recommended' && memory.kind === 'recommended');
  assert.ok(cpu.request > 200 && cpu.request < 260, `found ${cpu.request} m`);
  assert.ok(Number.isInteger(cpu.request));
  assert.equal(cpu.limit, undefined);
  assert.ok(memory.request > 300 * MIB && memory.request < 400 * MIB);
  assert.equal(memory.request % MIB, 0);
  assert.equal(memory.limit, memory.request);
});

test('a verdict says what bound it and from what', () => {
  const { cpu, memory } = analysed(steadyDays(14));
  assert.ok(cpu.kind === 'recommended' && memory.kind === 'recommended');
  assert.match(cpu.bound, /^[\d.]+ % risk a day by fleet-trained trees \(8-day peak 200m\)$/);
  assert.match(memory.bound, /^[\d.]+ % risk .* \(8-day peak 300 MiB\)$/);
  assert.ok(memory.inputs.includes('14 days measured, 14 with at least 80 % cover'));
});

test('with no day at all nothing is named', () => {
  const { cpu, memory, proof } = analysed([]);
  assert.ok(cpu.kind === 'withheld' && memory.kind === 'withheld');
  assert.deepEqual([cpu.code, memory.code], ['no-data', 'no-data']);
  assert.deepEqual(proof, { daysSeen: 0, daysScored: 0 });
});

test('a resource the source does not measure is withheld by name, the other is not', () => {
  const days = Array.from({ length: 5 }, (_, i) => madeDay({ day: i, cpuCores: 0.2 }));
  const { cpu, memory } = analysed(days);
  assert.equal(cpu.kind, 'recommended');
  assert.ok(memory.kind === 'withheld');
  assert.equal(memory.code, 'not-measured');
  assert.equal(memory.reason, 'this source has no memory readings');
});

test('two covered days are too few and three give a preliminary number', () => {
  const { cpu } = analysed(steadyDays(2));
  assert.ok(cpu.kind === 'withheld');
  assert.equal(cpu.code, 'too-few-days');
  assert.match(cpu.reason, /^2 days with at least 80 % .*; 3 are needed$/);
  const three = analysed(steadyDays(3)).cpu;
  assert.ok(three.kind === 'recommended');
  assert.ok(three.inputs.some((line) => line.startsWith('preliminary')));
});

test('thin days do not count towards the days needed', () => {
  const thin = Array.from({ length: 6 }, (_, i) =>
    madeDay({ day: i, cpuCores: 0.2, windows: 100 }),
  );
  const { cpu, proof } = analysed(thin);
  assert.equal(cpu.kind === 'withheld' && cpu.code, 'too-few-days');
  assert.deepEqual(proof, { daysSeen: 6, daysScored: 0 });
});

test('history that ended days ago is stale', () => {
  const days = steadyDays(10);
  const stale = analyse({ days, sizes: {}, asOfDay: epochDay(113) }, PLAN);
  const fresh = analyse({ days, sizes: {}, asOfDay: epochDay(112) }, PLAN);
  assert.ok(stale.cpu.kind === 'withheld');
  assert.equal(stale.cpu.code, 'stale');
  assert.equal(fresh.cpu.kind, 'recommended');
});

test('never names a memory limit at or below one that was killed in the last 14 days', () => {
  const kill = { oomKills: 1, oomLimit: bytes(2048 * MIB) };
  const killed = madeDay({ day: 99, memoryBytes: 600 * MIB, sum: kill });
  const { memory } = analysed([killed, ...steadyDays(13)]);
  assert.ok(memory.kind === 'recommended');
  assert.ok(memory.request >= 2048 * 1.2 * MIB);
  assert.equal(memory.bound, 'killed level 2 GiB + 20 % margin');
  const later = analysed([killed, ...steadyDays(14)]).memory;
  assert.ok(later.kind === 'recommended' && later.request < 2048 * MIB);
});

test('an idle container gets the smallest amounts there are, not zero', () => {
  const idle = Array.from({ length: 5 }, (_, i) =>
    madeDay({ day: i, cpuCores: 0, memoryBytes: 0 }),
  );
  const { cpu, memory, proof } = analysed(idle);
  assert.ok(cpu.kind === 'recommended' && memory.kind === 'recommended');
  assert.deepEqual([cpu.request, memory.request], [1, MIB]);
  assert.equal(proof.cpu?.requestOverUsage, 1);
});

test('the proof judges each day with the number named before it', () => {
  const days = [...steadyDays(10), madeDay({ day: 110, cpuCores: 2, memoryBytes: 900 * MIB })];
  const { proof } = analysed(days);
  assert.equal(proof.daysSeen, 11);
  assert.equal(proof.daysScored, 8);
  assert.equal(proof.cpu?.missedDays, 1);
  assert.equal(proof.memory?.kills, 1);
  assert.equal(proof.cpu?.minutesAboveRequestPerDay, 1440 / 8);
  assert.equal(proof.memory?.minutesAboveLimitPerDay, 1440 / 8);
});

test('the request in force is judged over the same days', () => {
  const sizes = { cpuRequest: millicores(1000), memoryLimit: bytes(200 * MIB) };
  const { currentProof } = analysed(steadyDays(13), sizes);
  assert.equal(currentProof?.daysScored, 10);
  assert.equal(currentProof?.cpu?.missedDays, 0);
  assert.ok(Math.abs((currentProof?.cpu?.requestOverUsage ?? 0) - 5) < 0.01);
  assert.equal(currentProof?.memory?.kills, 10);
});

test('without a request in force there is no current proof, and no part for what is not set', () => {
  assert.equal(analysed(steadyDays(10)).currentProof, undefined);
  const onlyCpu = analysed(steadyDays(10), { cpuRequest: millicores(10) }).currentProof;
  assert.equal(onlyCpu?.cpu?.missedDays, 7);
  assert.equal(onlyCpu?.memory, undefined);
});

const anyDays = fc.array(
  fc.record({
    gap: fc.integer({ min: 1, max: 3 }),
    cpuCores: fc.double({ min: 0, max: 8, noNaN: true }),
    memoryBytes: fc.integer({ min: 0, max: 2 ** 34 }),
    windows: fc.constantFrom(288, 288, 288, 240, 40),
    isKilled: fc.boolean(),
  }),
  { minLength: 2, maxLength: 25 },
);

test('appending days changes no earlier answer', () => {
  fc.assert(
    fc.property(anyDays, (made) => {
      let day = 0;
      const days = made.map(({ gap, isKilled, ...rest }) => {
        day += gap;
        const kill = { oomKills: 1, oomLimit: bytes(2 ** 28) };
        return madeDay({ day, ...rest, ...(isKilled ? { sum: kill } : {}) });
      });
      for (const resource of ['cpu', 'memory'] as const) {
        const demand = resource === 'cpu' ? cpuDemand(days) : memoryDemand(days);
        const whole = walkForward(demand, PLAN, { resource }).steps;
        for (let length = 1; length < demand.length; length += 1) {
          const shorter = walkForward(demand.slice(0, length), PLAN, { resource });
          assert.deepEqual(shorter.steps, whole.slice(0, shorter.steps.length));
        }
      }
    }),
    { numRuns: 25 },
  );
});

test('the number for tomorrow is the one that tomorrow is judged with', () => {
  const days = steadyDays(9);
  const { cpu } = analysed(days);
  const next = [...days, madeDay({ day: 109, cpuCores: 0.2, memoryBytes: 300 * MIB })];
  const step = walkForward(cpuDemand(next), PLAN, { resource: 'cpu' }).steps.at(-1);
  assert.equal(cpu.kind === 'recommended' && cpu.request, step?.request);
});

test('the same history gives the same answer, and presets ask for more as they miss less', () => {
  const wild = Array.from({ length: 20 }, (_, i) =>
    madeDay({ day: i, cpuCores: 0.1 + ((i * 7) % 5), memoryBytes: (1 + ((i * 3) % 7)) * 90 * MIB }),
  );
  const input = { days: wild, sizes: {}, asOfDay: epochDay(20) };
  assert.deepEqual(analyse(input, PLAN), analyse(input, PLAN));
  const requests = (['savings', 'balanced', 'reliability'] as const).map((preset) => {
    const { memory } = analyse(input, defaultPlan(preset));
    return memory.kind === 'recommended' ? memory.request : 0;
  });
  assert.deepEqual(
    requests,
    [...requests].sort((a, b) => a - b),
  );
});
