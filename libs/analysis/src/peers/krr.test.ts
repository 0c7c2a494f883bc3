import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KRR_DEFAULTS, type KrrPod, krrShare, krrSimple } from './krr.ts';

const MIB = 2 ** 20;

function pod(cpuCores: number, points: number, memoryMebibytes = 100): KrrPod {
  return {
    cpuCores: new Array(points).fill(cpuCores),
    memoryBytes: new Array(points).fill(memoryMebibytes * MIB),
  };
}

test('lets one 15-minute pod that burned 1.5 cores at start lift a steady 0.1-core workload', () => {
  // 14 days and 15 minutes at one point each 75 seconds.
  const steady = pod(0.1, 16_128);
  const shortLived = pod(1.5, 12);
  assert.equal(krrSimple([steady]).cpuMillicores, 100);
  assert.equal(krrSimple([steady, shortLived]).cpuMillicores, 1500);
});

test('interpolates its percentile between neighbouring ranks', () => {
  const ramp: KrrPod = {
    cpuCores: Array.from({ length: 101 }, (_, i) => i / 10),
    memoryBytes: new Array(101).fill(100 * MIB),
  };
  assert.equal(krrSimple([ramp]).cpuMillicores, 9500);
  const few = { ...ramp, cpuCores: [1, 2] };
  assert.equal(krrSimple([few], { ...KRR_DEFAULTS, pointsRequired: 1 }).cpuMillicores, 1950);
});

test('asks for a share of two digits, so that 99.9 % is the maximum', () => {
  const shares = [97.5, 99.5, 99.9].map((cpuPercentile) =>
    krrShare({ ...KRR_DEFAULTS, cpuPercentile }),
  );
  assert.deepEqual(shares, [0.97, 0.99, 1]);
  assert.equal(krrShare({ ...KRR_DEFAULTS, cpuPercentile: 97.5, roundsPercentile: false }), 0.975);
});

test('adds its buffer to the memory peak of all pods and rounds up to a MiB', () => {
  assert.equal(krrSimple([pod(1, 60, 200), pod(1, 60, 301)]).memoryBytes, 347 * MIB);
});

test('raises memory above the limit of a kill only where kills are given', () => {
  const killed = { ...pod(1, 200, 200), oomLimitBytes: 512 * MIB };
  assert.equal(krrSimple([killed]).memoryBytes, 640 * MIB);
});

test('holds its floors of 10 m and 100 MiB, which can be switched off', () => {
  const tiny = pod(0.002, 200, 5);
  assert.deepEqual(krrSimple([tiny]), { cpuMillicores: 10, memoryBytes: 100 * MIB });
  const noFloors = { ...KRR_DEFAULTS, cpuFloorMillicores: 0, memoryFloorBytes: 0 };
  assert.deepEqual(krrSimple([tiny], noFloors), { cpuMillicores: 2, memoryBytes: 6 * MIB });
});

test('names nothing below 100 points over all pods', () => {
  assert.deepEqual(krrSimple([]), {});
  assert.deepEqual(krrSimple([pod(1, 50), pod(1, 49)]), {});
});
