export { recordedFleet, SAMPLES_FOLDER } from './recorded-fleet.ts';
export {
  SAMPLE_SET_LABEL,
  type SampleAllocation,
  type SampleSeries,
  type SampleSteps,
  type SampleWorkload,
  SYNTHETIC_LABEL,
  type SyntheticLabel,
  stableUuid,
} from './sample-series.ts';
export { SAMPLE_SETS, type SampleSet, SYNTHETIC_SET } from './sample-set.ts';
