import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes } from '@trimtab/units';
import { AnalysisError } from '../errors.ts';
import { madeDay } from '../made-days.ts';
import { cpuDemand, memoryDemand } from './daily-demand.ts';

const MIB = 2 ** 20;
/** Half a bucket of a sketch at scale 5. */
const SKETCH_ERROR = 0.011;

function near(actual: number | undefined, expected: number): void {
  const off = Math.abs((actual ?? Number.NaN) / expected - 1);
  assert.ok(off <= SKETCH_ERROR, `found ${actual}; expected ${expected}`);
}

test('CPU demand ignores the highest 5 % of the windows and no more', () => {
  const burstOf = (count: number) => (slot: number) => (slot < count ? 4 : 0.2);
  const [short] = cpuDemand([madeDay({ day: 1, cpuCores: burstOf(14) })]);
  const [long] = cpuDemand([madeDay({ day: 1, cpuCores: burstOf(16) })]);
  near(short?.demand, 200);
  near(long?.demand, 4000);
});

test('throttled seconds count as demand, spread over the covered time', () => {
  const day = madeDay({ day: 1, cpuCores: 0.5, sum: { throttledSeconds: 8_640 } });
  const [demand] = cpuDemand([day]);
  near(demand?.demand, 600);
  assert.equal(demand?.throttled, 100);
});

test('memory demand is the highest sample', () => {
  const day = madeDay({ day: 1, memoryBytes: (slot) => (slot === 7 ? 700 * MIB : 100 * MIB) });
  const [demand] = memoryDemand([day]);
  assert.equal(demand?.demand, 700 * MIB);
});

test('a kill shows that more than the limit in force was needed', () => {
  const kill = { oomKills: 1, oomLimit: bytes(512 * MIB) };
  const [demand] = memoryDemand([madeDay({ day: 1, memoryBytes: 300 * MIB, sum: kill })]);
  assert.equal(demand?.demand, 512 * MIB + 1);
  assert.equal(demand?.killedAt, 512 * MIB);
});

test('a kill without a known limit counts at the highest sample', () => {
  const [demand] = memoryDemand([
    madeDay({ day: 1, memoryBytes: 300 * MIB, sum: { oomKills: 2 } }),
  ]);
  assert.equal(demand?.killedAt, 300 * MIB);
});

test('kills that nobody counted censor nothing', () => {
  const day = madeDay({ day: 1, memoryBytes: 300 * MIB, sum: { oomLimit: bytes(512 * MIB) } });
  assert.equal('oomKills' in day.sum, false);
  const [demand] = memoryDemand([day]);
  assert.equal(demand?.demand, 300 * MIB);
  assert.equal(demand !== undefined && 'killedAt' in demand, false);
});

test('a day with under 80 % of its windows is kept but not covered', () => {
  const days = [230, 231].map((windows) => madeDay({ day: windows, cpuCores: 1, windows }));
  assert.deepEqual(
    cpuDemand(days).map((day) => day.isCovered),
    [false, true],
  );
});

test('many replicas in few hours do not make a covered day', () => {
  const tenReplicas = madeDay({ day: 1, cpuCores: 1, windows: 100 });
  const windows = tenReplicas.sum.cpuMeans?.clone();
  for (let replica = 0; replica < 3; replica += 1) windows?.merge(windows.clone());
  const [demand] = cpuDemand([
    { ...tenReplicas, sum: { ...tenReplicas.sum, ...(windows ? { cpuMeans: windows } : {}) } },
  ]);
  assert.equal(demand?.isCovered, false);
});

test('a resource that was not measured has no demand, and is never zero', () => {
  const days = [madeDay({ day: 1, cpuCores: 1 }), madeDay({ day: 3, memoryBytes: MIB })];
  assert.deepEqual(
    cpuDemand(days).map((day) => day.day),
    [1],
  );
  assert.deepEqual(
    memoryDemand(days).map((day) => day.day),
    [3],
  );
});

test('days out of order are refused', () => {
  const days = [madeDay({ day: 2, cpuCores: 1 }), madeDay({ day: 2, cpuCores: 1 })];
  assert.throws(
    () => cpuDemand(days),
    (error) => error instanceof AnalysisError && error.code === 'TT_ANALYSIS_UNORDERED_DAYS',
  );
});
