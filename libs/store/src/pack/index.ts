export { allowPauses } from './allow-pauses.ts';
export { countWaitingBodies } from './count-waiting-bodies.ts';
export { type ContainerRow, type ContainerSeen, ensureContainers } from './ensure-containers.ts';
export { type ClusterDays, ensureDays } from './ensure-days.ts';
export { ensureWorkloads, type WorkloadRow, type WorkloadSeen } from './ensure-workloads.ts';
export { findOldestOpenDay } from './find-oldest-open-day.ts';
export {
  type ForecastRow,
  type ForecastScore,
  readForecasts,
  scoreForecasts,
} from './forecasts-of-day.ts';
export type { HourKey, HourRow } from './hour-rows.ts';
export { insertHours } from './insert-hours.ts';
export { type DayContainer, listDayContainers } from './list-day-containers.ts';
export { type DueDay, listDueDays } from './list-due-days.ts';
export { listWaitingUnits, type WaitingUnit } from './list-waiting-units.ts';
export { type DayStateRow, holdDays, lockDays, readDays } from './lock-days.ts';
export { lockUnits } from './lock-units.ts';
export { markDayChanged, markDayClosed } from './mark-day.ts';
export { noteAgentEpochs, type PackedSeqs } from './note-agent-epochs.ts';
export { type AgentHour, noteAgentHours } from './note-agent-hours.ts';
export { readDayHours } from './read-day-hours.ts';
export { readHours, type StoredHour } from './read-hours.ts';
export { type DayKey, type QuarterRow, readQuarters } from './read-quarters.ts';
export { replaceHours } from './replace-hours.ts';
export { type SetAsideRow, setAsideBodies } from './set-aside-bodies.ts';
export { type BodyChoice, type BodyRow, takeBodies } from './take-bodies.ts';
export { type DaySumRow, writeDaySums } from './write-day-sums.ts';
export { type QuarterContent, writeQuarters } from './write-quarters.ts';
