import { type Database, ensureDayPartitions, sqlState } from '@trimtab/store';

/** Attempts: the keeper would have to drop a partition in the moment after it was made, again and again. */
const ATTEMPTS = 3;

/**
 * Runs `work` with the partitions of `days` in place. A partition that the keeper dropped between being made and being
 * written to (an old day, empty until now) is made again, and the work, which changed nothing, is repeated.
 */
export async function withPartitions<T>(
  db: Database,
  days: readonly number[],
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    await ensureDayPartitions(db, days);
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isPartitionMissing(error)) throw error;
    }
  }
}

function isPartitionMissing(error: unknown): boolean {
  const isCheckViolation = sqlState(error) === '23514';
  return isCheckViolation && error instanceof Error && error.message.startsWith('no partition of');
}
