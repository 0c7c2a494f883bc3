import type { Log } from '@trimtab/daemon';
import { type Database, readClock } from '@trimtab/store';
import { type DueDay, listDueDays } from '@trimtab/store/pack';
import { DAY_MS } from '@trimtab/units';
import { isDatabaseAway } from '../database-away.ts';
import type { ControllerMetrics } from '../metrics.ts';
import { closeDay } from './close-day.ts';
import { withPartitions } from './with-partitions.ts';

/** What a closer needs. */
export interface CloserOptions {
  readonly db: Database;
  /** Milliseconds since 1970, asked once a pass; the database's clock unless told. */
  readonly now?: () => Promise<number>;
  readonly log: Log;
  readonly metrics: ControllerMetrics;
  /** How long after its end a day is closed, in milliseconds. */
  readonly afterMs: number;
  /** Called after each day. */
  readonly onClosed?: () => void;
}

/** The last day whose end lies at least `afterMs` back. */
function lastDueDay(nowMs: number, afterMs: number): number {
  return Math.floor((nowMs - afterMs) / DAY_MS) - 1;
}

/**
 * Closes every day that is due and has nothing waiting to be packed; returns how many. A day that fails is logged,
 * counted and left for the next pass. Rejects only where the database cannot be reached; ends early once aborted.
 */
export async function closeDueDays(options: CloserOptions, signal: AbortSignal): Promise<number> {
  const { db, afterMs, now = () => readClock(db) } = options;
  const due = await listDueDays(db, lastDueDay(await now(), afterMs));
  let closed = 0;
  for (const day of due) {
    if (signal.aborted) break;
    if (!(await attempt(options, day))) continue;
    closed += 1;
    options.onClosed?.();
  }
  return closed;
}

async function attempt(options: CloserOptions, due: DueDay): Promise<boolean> {
  const { db, log, metrics } = options;
  try {
    const outcome = await withPartitions(db, [due.day], () => closeDay(db, due));
    if (!outcome.closed) return false;
    metrics.daysClosed.inc();
    metrics.storedUnreadable.add(outcome.unreadable);
    if (outcome.unreadable > 0) log.error('stored-hours-unreadable', { ...due, ...outcome });
    return true;
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    metrics.failures.inc({ work: 'close' });
    log.error('close-failed', { clusterId: due.clusterId, day: due.day, error });
    return false;
  }
}
