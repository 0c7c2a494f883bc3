import { DAY_MS } from '@trimtab/units';

/** When a run is due; milliseconds after a day's end. */
export interface RunTiming {
  /** How long a day's last hours are waited for at least: its last hour must have been packed. */
  readonly delayMs: number;
  /** How long at most where bodies of the day still wait to be packed. */
  readonly graceMs: number;
}

/** What `isRunDue` looks at. */
export interface RunQuestion {
  readonly nowMs: number;
  readonly timing: RunTiming;
  /** The newest committed run; absent before the first. */
  readonly committed?: { readonly asOfDay: number; readonly isSamePlan: boolean } | undefined;
  /** Bodies of hours before the new run's day that wait to be packed. */
  readonly bodiesWaiting: number;
}

/** The first day a run opened now would not use: the day under way, once the last one has had time to be packed. */
export function asOfDayAt(nowMs: number, delayMs: number): number {
  return Math.floor((nowMs - delayMs) / DAY_MS);
}

/**
 * Whether a run is due: a day has been completed since the last one, or the plan is another. The last one may be of
 * tomorrow, from a leader whose clock is a little ahead; one of a later day was made by a wrong clock and does not count.
 */
export function isRunDue(question: RunQuestion): boolean {
  const { nowMs, timing, committed, bodiesWaiting } = question;
  const asOfDay = asOfDayAt(nowMs, timing.delayMs);
  const daysAhead = (committed?.asOfDay ?? 0) - asOfDay;
  if (committed?.isSamePlan === true && daysAhead >= 0 && daysAhead <= 1) return false;
  return bodiesWaiting === 0 || nowMs >= asOfDay * DAY_MS + timing.graceMs;
}
