export {
  type ConnectOptions,
  clientConfig,
  connect,
  type Database,
  type StoreRole,
} from './database.ts';
export { explainConnection } from './explain.ts';
export type { TransactionOptions, Tx } from './transaction.ts';
export { isUnavailable, sqlState } from './unavailable.ts';
export { readDatabaseUrl, withDatabase } from './url.ts';
