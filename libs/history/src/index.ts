export { decodeBlock, encodeBlock, type UsageBlock } from './block.ts';
export { crc32 } from './crc32.ts';
export { HOURS_PER_DAY, sumDay } from './day.ts';
export { decodeDaySum, encodeDaySum } from './day-codec.ts';
export { HistoryError, type HistoryErrorCode } from './errors.ts';
export { hourOfPods, mergeHours, type PodWindows } from './hour.ts';
export { decodeHour, decodeQuarter, encodeHour, encodeQuarter } from './hour-codec.ts';
export { findImplausible, type Implausible } from './plausible.ts';
export { podNameHash } from './replica-spread.ts';
export type {
  ContainerKey,
  ContainerSizes,
  ContainerUsage,
  DatedDay,
  DatedHour,
  DayHotPod,
  DayHour,
  DaySpread,
  DaySum,
  FivePoints,
  HotPod,
  HourContent,
  ReplicaSpread,
  TrackPoint,
  UsageWindow,
} from './types.ts';
export {
  coveredSeconds,
  unionWindows,
  WINDOW_MS,
  WINDOW_SECONDS,
  WINDOWS_PER_HOUR,
  type WindowUnion,
} from './window.ts';
export { workloadOf } from './workload.ts';
