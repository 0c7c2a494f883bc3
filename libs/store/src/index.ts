export {
  boolArray,
  byteaArray,
  float8Array,
  int4Array,
  int8Array,
  textArray,
} from './arrays.ts';
export {
  type ConnectOptions,
  connect,
  type Database,
  isUnavailable,
  type StoreRole,
  sqlState,
  type TransactionOptions,
  type Tx,
} from './connect/index.ts';
export { STORE_ERRORS, StoreError, type StoreErrorCode } from './errors.ts';
export { checkSchema, type Migrated, type MigrateOptions, migrate } from './migrate.ts';
export {
  type DroppedPartitions,
  dropExpiredPartitions,
  ensureDayPartitions,
  ensureHourPartitions,
  ensurePartitions,
  type PartitionsAhead,
  type Retention,
  readClock,
} from './partitions/index.ts';
