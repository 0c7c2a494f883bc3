import { sqlState } from '../connect/index.ts';
import { isPartitionMissing } from './partition-missing.ts';

/** SQLSTATE classes of values that no table takes: data exception, integrity constraint violation. */
const CLASSES = ['22', '23'];

/**
 * Whether PostgreSQL refuses the values themselves, so that repeating the push can never help. A missing
 * partition is not that: whoever keeps the partitions will make it.
 */
export function isUnstorable(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return false;
  if (isPartitionMissing(error, 'batch') || isPartitionMissing(error, 'body')) return false;
  return CLASSES.some((start) => state.startsWith(start));
}
