export { TraceError, type TraceErrorCode, type TracePlace } from './errors.ts';
export {
  type Allocation,
  type ReadTraceOptions,
  readAllocations,
  readTrace,
  readTraceFile,
} from './read/index.ts';
export { type SampleFleetOptions, sampleFleet } from './sample-fleet.ts';
export {
  SAMPLE_SET_LABEL,
  SAMPLE_SETS,
  SAMPLES_FOLDER,
  type SampleAllocation,
  type SampleSeries,
  type SampleSet,
  type SampleSteps,
  type SampleWorkload,
  SYNTHETIC_LABEL,
  SYNTHETIC_SET,
  type SyntheticLabel,
} from './samples/index.ts';
export type { TraceSeries } from './series.ts';
export { encodeAllocations, encodeTrace } from './write-trace.ts';
