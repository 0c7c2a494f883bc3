export type {
  Bytes,
  Cores,
  DurationMs,
  EpochDay,
  EpochHour,
  EpochMs,
  Millicores,
  Money,
} from './brands.ts';
export {
  bytes,
  cores,
  durationMs,
  epochDay,
  epochHour,
  epochMs,
  millicores,
  money,
} from './checked.ts';
export {
  coresToMillicores,
  millicoresToCores,
  roundUpToMebibyte,
  roundUpToMillicore,
} from './convert.ts';
export { UnitError, type UnitErrorCode } from './errors.ts';
export {
  formatCpuQuantity,
  formatMemoryQuantity,
  parseCpuQuantity,
  parseMemoryQuantity,
} from './quantity.ts';
export { showCpu, showDuration, showMemory, showMoney, showPercent } from './show.ts';
export {
  DAY_MS,
  dayOf,
  dayOfHour,
  dayStart,
  HOUR_MS,
  hourOf,
  hourStart,
  MINUTE_MS,
  SECOND_MS,
} from './time.ts';
