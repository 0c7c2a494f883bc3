export {
  AUTOPILOT_CPU,
  AUTOPILOT_MEMORY,
  type AutopilotOptions,
  type AutopilotStatistic,
  AutopilotWindow,
} from './autopilot.ts';
export {
  type DayWindows,
  type NamedSizes,
  type PeerFamily,
  type PeerFamilyRun,
  type Policy,
  type PolicyRun,
  type Resource,
  sortedMeasured,
  valuesOf,
} from './day-windows.ts';
export { autopilotFamily, demandOf, krrFamily, maxOfDaysFamily, vpaFamily } from './families.ts';
export {
  KRR_DEFAULTS,
  type KrrOptions,
  type KrrPod,
  type KrrSizes,
  krrShare,
  krrSimple,
} from './krr.ts';
export { VpaAggregate, VpaInstance } from './vpa/aggregate.ts';
export {
  estimateVpa,
  VPA_DEFAULTS,
  type VpaBounds,
  type VpaEstimate,
  type VpaOptions,
} from './vpa/estimate.ts';
export {
  VPA_CPU_BUCKETS,
  VPA_MEMORY_BUCKETS,
  type VpaBuckets,
  VpaHistogram,
} from './vpa/histogram.ts';
