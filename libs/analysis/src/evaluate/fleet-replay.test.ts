import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Policy } from '../peers/index.ts';
import { defaultPlan, type Plan } from '../recommend/index.ts';
import { seededRandom } from '../seeded-random.ts';
import { Evaluation } from './evaluation.ts';
import { FleetReplay } from './fleet-replay.ts';
import type { NamedDay } from './replay.ts';
import type { UsageSeries } from './series-days.ts';

const STEP = 300;
const PER_DAY = 288;

/** A series whose days scatter about a level by the given deviation of their logarithm. */
function scattered(id: string, days: number, seed: number, deviation: number): UsageSeries {
  const random = seededRandom(seed);
  const level = 0.1 + random();
  const levels = Array.from({ length: days }, () => {
    const normal = random() + random() + random() + random() - 2;
    return level * Math.exp(deviation * normal * Math.sqrt(3));
  });
  const length = days * PER_DAY;
  const cpu = Float64Array.from({ length }, (_, slot) => {
    return (levels[Math.floor(slot / PER_DAY)] ?? 0) * (1 + 0.2 * Math.sin(slot));
  });
  return {
    id,
    stepSeconds: STEP,
    t: Int32Array.from({ length }, (_, slot) => slot * STEP),
    cpuCores: cpu,
    memoryBytes: cpu.map((cores) => cores * 2e9),
  };
}

function fleetOf(count: number, days: number): UsageSeries[] {
  return Array.from({ length: count }, (_, place) =>
    scattered(`series-${place}`, days, place + 1, 0.05 + 0.5 * (place / count)),
  );
}

function cut(series: UsageSeries, days: number): UsageSeries {
  const length = days * PER_DAY;
  return {
    ...series,
    t: series.t.subarray(0, length),
    cpuCores: series.cpuCores.subarray(0, length),
    memoryBytes: series.memoryBytes.subarray(0, length),
  };
}

/** Without peers, which these tests do not look at. */
function evaluationOf(policies: readonly Policy[]): Evaluation {
  return new Evaluation({ policies, families: { cpu: [], memory: [] }, defaults: [] });
}

function namedBy(fleet: readonly UsageSeries[], plan: Plan): Map<string, readonly NamedDay[]> {
  const replay = new FleetReplay([plan]);
  for (const series of fleet) replay.observe(series);
  const evaluation = evaluationOf(replay.policies());
  return new Map(fleet.map((series) => [series.id, evaluation.add(series)]));
}

test('later days, of any series, change no earlier answer', () => {
  const plan = defaultPlan('balanced');
  const fleet = fleetOf(12, 18);
  const whole = namedBy(fleet, plan);
  const shorter = namedBy(
    fleet.map((series) => cut(series, 14)),
    plan,
  );
  const uneven = namedBy(
    fleet.map((series, place) => (place % 3 === 0 ? cut(series, 11) : series)),
    plan,
  );
  for (const [id, named] of whole) {
    assert.deepEqual(shorter.get(id), named.slice(0, 13), id);
    // Day 11 is named at the end of day 10, the last one that all fleets have in common.
    assert.deepEqual(uneven.get(id)?.slice(0, 10), named.slice(0, 10), id);
  }
});

test('the same fleet gives the same numbers, whatever plans run beside', () => {
  const fleet = fleetOf(8, 12);
  const alone = namedBy(fleet, defaultPlan('savings'));
  assert.deepEqual(namedBy(fleet, defaultPlan('savings')), alone);
  const replay = new FleetReplay([defaultPlan('savings'), defaultPlan('reliability')]);
  for (const series of fleet) replay.observe(series);
  const evaluation = evaluationOf(replay.policies());
  for (const series of fleet) assert.deepEqual(evaluation.add(series), alone.get(series.id));
});

test('the risk that is stated is the risk that comes', () => {
  const fleet = fleetOf(60, 30);
  const presets = [
    { plan: defaultPlan('savings'), least: 0.08, most: 0.12 },
    { plan: defaultPlan('balanced'), least: 0.03, most: 0.07 },
    { plan: defaultPlan('reliability'), least: 0.01, most: 0.032 },
  ];
  const replay = new FleetReplay(presets.map(({ plan }) => plan));
  for (const series of fleet) replay.observe(series);
  const evaluation = evaluationOf(replay.policies());
  for (const series of fleet) evaluation.add(series);
  const { cpu, memory } = evaluation.report();
  for (const [place, { least, most }] of presets.entries()) {
    for (const report of [cpu, memory]) {
      const miss = report?.scores[place]?.miss ?? 0;
      assert.ok(miss >= least && miss <= most, `preset ${place}: ${miss}`);
    }
  }
});

test('a fleet of one, of none and of empty days is no trouble', () => {
  assert.equal(new FleetReplay([defaultPlan('balanced')]).policies().length, 1);
  const holes = cut(scattered('holes', 20, 4, 0.2), 20);
  holes.cpuCores.fill(Number.NaN, 5 * PER_DAY, 9 * PER_DAY);
  holes.memoryBytes.fill(Number.NaN);
  const named = namedBy([holes], defaultPlan('balanced')).get('holes') ?? [];
  assert.equal(named.length, 19);
  assert.equal(named.at(-1)?.sizes.memoryBytes, undefined);
  assert.ok((named.at(-1)?.sizes.cpuCores ?? 0) > 0);
});
