export {
  type DroppedPartitions,
  dropExpiredPartitions,
  ensureDayPartitions,
  ensureHourPartitions,
  ensurePartitions,
  type PartitionsAhead,
  type Queryable,
  type Retention,
  readClock,
} from './keeper.ts';
