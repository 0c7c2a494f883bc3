import { sampleFleet } from '@trimtab/traces';
import { nothing, type StoredUsage } from './stored-usage.ts';

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
      sum.oomKills += steps?.oomKills[i] ?? 0;
      sum.restarts += steps?.restarts[i] ?? 0;
    }
    usage.set(name, sum);
  }
  return usage;
}
