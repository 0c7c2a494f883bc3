import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DayWindows, NamedSizes, Policy } from '../peers/index.ts';
import { defaultPlan } from '../recommend/index.ts';
import { seededRandom } from '../seeded-random.ts';
import { withPeers } from './contestants.ts';
import { Evaluation, type EvaluationReport } from './evaluation.ts';
import { trimtabPolicy } from './own-policy.ts';
import type { UsageSeries } from './series-days.ts';

const PER_DAY = 288;

/** Sizes the next day by a rule over the days seen. */
function ruled(name: string, rule: (days: readonly DayWindows[]) => NamedSizes): Policy {
  return {
    name,
    start: () => {
      const days: DayWindows[] = [];
      return { observe: (day) => days.push(day), next: () => rule(days) };
    },
  };
}

function seriesOf(
  id: string,
  days: number,
  cpuAt: (day: number, slot: number) => number,
): UsageSeries {
  const length = days * PER_DAY;
  const cpu = Float64Array.from({ length }, (_, i) => cpuAt(Math.floor(i / PER_DAY), i % PER_DAY));
  return {
    id,
    stepSeconds: 300,
    t: Int32Array.from({ length }, (_, i) => i * 300),
    cpuCores: cpu,
    memoryBytes: cpu.map((cores) => cores * 1e9),
  };
}

function evaluated(policy: Policy, series: readonly UsageSeries[]): EvaluationReport {
  const evaluation = new Evaluation(withPeers([policy]));
  for (const one of series) evaluation.add(one);
  return evaluation.report();
}

/** Daily levels that wander, with bursts in some windows; the same for each seed. */
function wandering(seed: number, days: number): UsageSeries {
  const random = seededRandom(seed);
  const levels = Array.from({ length: days }, () => 0.2 + random() ** 3);
  return seriesOf(`wandering-${seed}`, days, (day, slot) => {
    const burst = random() < 0.04 ? 2 : 1;
    return (levels[day] ?? 0) * burst * (1 + 0.3 * Math.sin((2 * Math.PI * slot) / PER_DAY));
  });
}

test('a clairvoyant for a steady series costs exactly one and misses nothing', () => {
  const clairvoyant = ruled('clairvoyant', () => ({ cpuCores: 1, memoryBytes: 1e9 }));
  const { cpu, memory } = evaluated(clairvoyant, [seriesOf('steady', 10, () => 1)]);
  for (const report of [cpu, memory]) {
    const own = report?.scores[0];
    assert.equal(own?.days, 3);
    assert.equal(own?.miss, 0);
    assert.equal(own?.xoracle.value, 1);
    assert.equal(own?.footprint.value, 1);
    assert.equal(own?.minutesAbovePerDay, 0);
    assert.equal(own?.changesPerWeek, 0);
  }
});

test('a day is missed when 15 of 288 windows lie above the request, not when 14 do', () => {
  const fixed = ruled('fixed', () => ({ cpuCores: 1, memoryBytes: 9e9 }));
  const burstOf = (count: number) =>
    seriesOf(`burst-${count}`, 8, (_day, slot) => (slot < count ? 2 : 0.5));
  const missOf = (count: number) => evaluated(fixed, [burstOf(count)]).cpu?.scores[0]?.miss;
  assert.deepEqual([missOf(14), missOf(15)], [0, 1]);
});

test('a missed day is charged what it needed, so starving a series does not pay', () => {
  const starving = ruled('starving', () => ({ cpuCores: 0.001, memoryBytes: 1 }));
  const own = evaluated(starving, [seriesOf('steady', 9, () => 1)]).cpu?.scores[0];
  assert.equal(own?.xoracle.value, 1);
  assert.equal(own?.miss, 1);
  assert.equal(own?.minutesAbovePerDay, 1440);
  assert.ok(Math.abs((own?.shortHours ?? 0) - 2 * 24 * 0.999) < 1e-6);
});

test('the first seven days and thin days are not scored, but the policy sees them', () => {
  const seen: number[] = [];
  const watching: Policy = {
    name: 'watching',
    start: () => ({
      observe: (day) => seen.push(day.day),
      next: () => ({ cpuCores: 1, memoryBytes: 1e9 }),
    }),
  };
  const whole = seriesOf('steady', 10, () => 1);
  const kept = Array.from(whole.t.keys()).filter((i) => i < 8 * PER_DAY || i >= 8 * PER_DAY + 60);
  const thin: UsageSeries = {
    ...whole,
    t: Int32Array.from(kept, (i) => whole.t[i] ?? 0),
    cpuCores: Float64Array.from(kept, () => 1),
    memoryBytes: Float64Array.from(kept, () => 1e9),
  };
  const { cpu } = evaluated(watching, [thin]);
  assert.equal(cpu?.scores[0]?.days, 2);
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('days for which nothing is named are counted apart', () => {
  const late = ruled('late', (days) => (days.length > 8 ? { cpuCores: 1, memoryBytes: 1e9 } : {}));
  const own = evaluated(late, [seriesOf('steady', 12, () => 1)]).cpu?.scores[0];
  assert.deepEqual([own?.days, own?.unnamedDays], [3, 2]);
});

test('idle series and resources without readings stay out of the scores', () => {
  const fixed = ruled('fixed', () => ({ cpuCores: 1, memoryBytes: 1e9 }));
  const noMemory = seriesOf('busy', 9, () => 1);
  noMemory.memoryBytes.fill(Number.NaN);
  const idle = seriesOf('idle', 9, () => 0.001);
  idle.memoryBytes.fill(Number.NaN);
  const report = evaluated(fixed, [noMemory, idle]);
  assert.deepEqual([report.cpu?.series, report.cpu?.seriesLeftOut], [1, 1]);
  assert.equal(report.memory, undefined);
});

test('resizes are counted by direction', () => {
  const falling = ruled('falling', (days) => ({ cpuCores: 20 - days.length, memoryBytes: 1e9 }));
  const own = evaluated(falling, [seriesOf('steady', 15, () => 1)]).cpu?.scores[0];
  assert.deepEqual([own?.changesPerWeek, own?.downwardPerWeek], [7 * (7 / 8), 7 * (7 / 8)]);
});

test('the first policy is compared with the cheapest tuned peer at its own miss rate', () => {
  const series = Array.from({ length: 12 }, (_, seed) => wandering(seed, 20));
  const maxOfThree = ruled('max of 3 d by hand', (days) => ({
    memoryBytes: Math.max(...days.slice(-3).map((day) => Math.max(...day.memoryBytes))) * 1.2,
  }));
  const { memory } = evaluated(maxOfThree, series);
  const against = memory?.againstEnvelope;
  assert.ok(against !== undefined && against.ratio.value >= 1);
  assert.ok(against.ratio.low <= against.ratio.value && against.ratio.value <= against.ratio.high);
});

test('the envelope never gets cheaper as fewer misses are allowed', () => {
  const series = Array.from({ length: 10 }, (_, seed) => wandering(seed + 50, 25));
  const { cpu } = evaluated(trimtabPolicy(defaultPlan('balanced')), series);
  const costs = cpu?.envelope.map((point) => point.xoracle) ?? [];
  assert.equal(costs.length, 4);
  assert.deepEqual(
    costs,
    [...costs].sort((a, b) => a - b),
  );
});

test('appending a day changes no number that was named before', () => {
  const evaluation = new Evaluation(withPeers([trimtabPolicy(defaultPlan('savings'))]));
  const whole = wandering(3, 20);
  const all = evaluation.add(whole);
  for (const days of [5, 12, 19]) {
    const length = days * PER_DAY;
    const part = evaluation.add({
      ...whole,
      t: whole.t.subarray(0, length),
      cpuCores: whole.cpuCores.subarray(0, length),
      memoryBytes: whole.memoryBytes.subarray(0, length),
    });
    assert.deepEqual(part, all.slice(0, days - 1));
  }
});

test('the same series and seed give the same report', () => {
  const series = [wandering(1, 15), wandering(2, 15)];
  const policy = trimtabPolicy(defaultPlan('reliability'));
  assert.deepEqual(evaluated(policy, series), evaluated(policy, series));
});
