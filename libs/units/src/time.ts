import type { DurationMs, EpochDay, EpochHour, EpochMs } from './brands.ts';
import { durationMs, epochDay, epochHour, epochMs } from './checked.ts';

/** Milliseconds of one second. */
export const SECOND_MS: DurationMs = durationMs(1_000);
/** Milliseconds of one minute. */
export const MINUTE_MS: DurationMs = durationMs(60_000);
/** Milliseconds of one hour. */
export const HOUR_MS: DurationMs = durationMs(3_600_000);
/** Milliseconds of one day; UTC knows no longer or shorter ones. */
export const DAY_MS: DurationMs = durationMs(86_400_000);

const HOURS_PER_DAY = 24;

/** The UTC hour a moment lies in; its first millisecond belongs to it. */
export function hourOf(moment: EpochMs): EpochHour {
  return epochHour(Math.floor(moment / HOUR_MS));
}

/** The UTC day a moment lies in; its first millisecond belongs to it. */
export function dayOf(moment: EpochMs): EpochDay {
  return epochDay(Math.floor(moment / DAY_MS));
}

/** The UTC day an hour belongs to. */
export function dayOfHour(hour: EpochHour): EpochDay {
  return epochDay(Math.floor(hour / HOURS_PER_DAY));
}

/** The first millisecond of an hour. Hours past the last date of JavaScript: UnitError. */
export function hourStart(hour: EpochHour): EpochMs {
  return epochMs(hour * HOUR_MS);
}

/** The first millisecond of a day. Days past the last date of JavaScript: UnitError. */
export function dayStart(day: EpochDay): EpochMs {
  return epochMs(day * DAY_MS);
}
