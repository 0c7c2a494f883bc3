import type {
  Bytes,
  Cores,
  DurationMs,
  EpochDay,
  EpochHour,
  EpochMs,
  Millicores,
  Money,
} from './brands.ts';
import { UnitError } from './errors.ts';

/** Dates beyond this number of milliseconds do not exist in JavaScript. */
const LAST_EPOCH_MS = 8.64e15;
/** Hours and days are stored as 32-bit whole numbers. */
const LAST_INT32 = 2 ** 31 - 1;

/** Brands CPU in cores. Takes any finite number from zero up; else UnitError. */
export function cores(value: number): Cores {
  return inRange(value, 'cores', 0, Number.MAX_VALUE) as Cores;
}

/** Brands CPU in millicores, fractions included. Takes any finite number from zero up; else UnitError. */
export function millicores(value: number): Millicores {
  return inRange(value, 'millicores', 0, Number.MAX_VALUE) as Millicores;
}

/** Brands memory in bytes. Takes whole numbers from 0 to 2^53 - 1, 8 PiB; else UnitError. */
export function bytes(value: number): Bytes {
  return whole(value, 'bytes', 0, Number.MAX_SAFE_INTEGER) as Bytes;
}

/** Brands a point in time, milliseconds since 1970 UTC, fractions included. Before 1970 or past the last date: UnitError. */
export function epochMs(value: number): EpochMs {
  return inRange(value, 'milliseconds since 1970', 0, LAST_EPOCH_MS) as EpochMs;
}

/** Brands a span of time in milliseconds. Takes any finite number from zero up; else UnitError. */
export function durationMs(value: number): DurationMs {
  return inRange(value, 'milliseconds', 0, Number.MAX_VALUE) as DurationMs;
}

/** Brands whole hours since 1970 UTC, 0 to 2^31 - 1; else UnitError. */
export function epochHour(value: number): EpochHour {
  return whole(value, 'hours since 1970', 0, LAST_INT32) as EpochHour;
}

/** Brands whole days since 1970 UTC, 0 to 2^31 - 1; else UnitError. */
export function epochDay(value: number): EpochDay {
  return whole(value, 'days since 1970', 0, LAST_INT32) as EpochDay;
}

/** Brands money in whole millionths of a currency unit; may be negative. Beyond +-(2^53 - 1): UnitError. */
export function money(micros: number): Money {
  return whole(
    micros,
    'millionths of a currency unit',
    Number.MIN_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
  ) as Money;
}

function whole(value: number, unit: string, least: number, most: number): number {
  if (Number.isFinite(value) && !Number.isInteger(value)) {
    throw new UnitError(
      'TT_UNITS_OUT_OF_RANGE',
      `found ${value} ${unit}; expected a whole number: round it before it gets its unit`,
    );
  }
  return inRange(value, unit, least, most);
}

function inRange(value: number, unit: string, least: number, most: number): number {
  if (!Number.isFinite(value)) {
    throw new UnitError(
      'TT_UNITS_NOT_FINITE',
      `found ${value} ${unit}; expected a finite number: leave out what was not measured`,
    );
  }
  if (value < least || value > most) {
    throw new UnitError(
      'TT_UNITS_OUT_OF_RANGE',
      `found ${value} ${unit}; expected ${least} to ${most}`,
    );
  }
  // Adding zero turns -0 into 0, so that equal values are also the same value.
  return value + 0;
}
