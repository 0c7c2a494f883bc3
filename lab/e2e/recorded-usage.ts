import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startEmbedded } from '@trimtab/store/embedded';
import { sampleFleet } from '@trimtab/traces';
import { addCount, nothing, type StoredUsage, storedUsage } from './stored-usage.ts';

/** Fails unless the stopped standalone's database holds exactly the sample fleet: every window once, every sum equal. */
export async function assertStoredIsRecorded(dataDir: string): Promise<void> {
  const [stored, recorded] = [await readStored(dataDir), await recordedUsage()];
  assert.deepEqual([...stored.keys()].sort(), [...recorded.keys()].sort());
  for (const [name, expected] of recorded) {
    const found = new Map(Object.entries(stored.get(name) ?? nothing()));
    for (const [field, value] of Object.entries(expected)) {
      const got = found.get(field);
      if (value === undefined || got === undefined) {
        assert.equal(got, value, `${name} ${field}: what was not recorded must not be stored`);
        continue;
      }
      // Doubles added up in another order.
      const isEqual = Math.abs(got - value) <= 1e-9 * Math.abs(value);
      assert.ok(isEqual, `${name} ${field}: stored ${got}, recorded ${value}`);
    }
  }
}

async function readStored(dataDir: string): Promise<Map<string, StoredUsage>> {
  const server = await startEmbedded({ dataDir: join(dataDir, 'postgres') });
  try {
    return await storedUsage(server.url);
  } finally {
    await server.stop();
  }
}

/** The sample fleet's own sums by `namespace/workload`, straight from the recordings: what the database has to hold. */
export async function recordedUsage(): Promise<Map<string, StoredUsage>> {
  const usage = new Map<string, StoredUsage>();
  for await (const { workload, series, steps } of sampleFleet()) {
    const name = `${workload.namespace}/${workload.name}`;
    const sum = usage.get(name) ?? nothing();
    for (let i = 0; i < series.t.length; i += 1) {
      sum.coveredSeconds += series.stepSeconds;
      sum.cpuSamples += 1;
      sum.cpuCoreSum += series.cpuCores[i] ?? 0;
      const memory = series.memoryBytes[i] ?? Number.NaN;
      if (!Number.isNaN(memory)) {
        sum.memorySamples += 1;
        sum.memoryByteSum += memory;
      }
      sum.throttledSeconds += steps?.throttledSeconds[i] ?? 0;
      sum.oomKills = addCount(sum.oomKills, steps?.oomKills[i]);
      sum.restarts = addCount(sum.restarts, steps?.restarts[i]);
    }
    usage.set(name, sum);
  }
  return usage;
}
