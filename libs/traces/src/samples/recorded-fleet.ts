import { fileURLToPath } from 'node:url';
import { type Allocation, readAllocations, readTrace } from '../read/index.ts';
import type { TraceSeries } from '../series.ts';
import {
  SAMPLE_SET_LABEL,
  type SampleAllocation,
  type SampleSeries,
  stableUuid,
} from './sample-series.ts';
import type { SampleSet } from './sample-set.ts';

/** The folder of the files that ship with this package. */
export const SAMPLES_FOLDER: string = fileURLToPath(new URL('../../samples/', import.meta.url));

/** Reads the series of one shipped set, one after another. Throws TraceError when its file is damaged. */
export async function* recordedFleet(
  set: SampleSet,
): AsyncGenerator<SampleSeries, void, undefined> {
  const allocations = set.hasAllocations
    ? readAllocations(`${SAMPLES_FOLDER}${set.name}.alloc.csv`)
    : new Map<string, Allocation>();
  const path = `${SAMPLES_FOLDER}${set.name}.csv.gz`;
  for await (const series of readTrace(path, { stepSeconds: set.stepSeconds })) {
    yield recordedSeries(set, series, allocations.get(series.id));
  }
}

function recordedSeries(
  set: SampleSet,
  series: TraceSeries,
  allocation: Allocation | undefined,
): SampleSeries {
  const pod = `${series.id}-0`;
  return {
    set: set.name,
    isSynthetic: false,
    workload: {
      namespace: set.name,
      kind: 'Deployment',
      name: series.id,
      container: 'main',
      pod,
      podUid: stableUuid(`${set.name}/${pod}`),
    },
    labels: { [SAMPLE_SET_LABEL]: set.name },
    allocation: requestAndLimit(allocation),
    whyMissing: {
      ...(set.whyNoMemory === undefined ? {} : { memory: set.whyNoMemory }),
      ...(set.whyNoAllocation === undefined ? {} : { allocation: set.whyNoAllocation }),
    },
    series,
  };
}

/** The sources tell one figure a resource, the most the task could use, and reserve as much: so it is both. */
function requestAndLimit(allocation: Allocation | undefined): SampleAllocation {
  const { cpu, memory } = allocation ?? {};
  return {
    ...(cpu === undefined ? {} : { cpuRequest: cpu, cpuLimit: cpu }),
    ...(memory === undefined ? {} : { memoryRequest: memory, memoryLimit: memory }),
  };
}
