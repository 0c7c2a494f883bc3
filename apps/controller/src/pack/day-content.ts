import {
  decodeQuarter,
  encodeDaySum,
  encodeQuarter,
  HOURS_PER_DAY,
  type HourContent,
  sumDay,
} from '@trimtab/history';

/** Quarters of a day, hours of a quarter. */
export const QUARTERS_PER_DAY = 4;
const HOURS_PER_QUARTER = 6;

/** One workload container's day: 24 hours, absent where there is no data. */
export type DayHours = readonly (HourContent | undefined)[];

/** A closed day as it is stored. */
export interface EncodedDay {
  /** Only quarters with data. */
  readonly quarters: readonly { readonly quarter: number; readonly content: Uint8Array }[];
  readonly sum: Uint8Array;
}

/** Encodes a day's quarters and its sum, always from all 24 hours, so that the same hours give the same bytes. */
export function encodeDay(day: number, hours: DayHours): EncodedDay {
  const quarters = [];
  for (let index = 0; index < QUARTERS_PER_DAY; index += 1) {
    const six = hours.slice(index * HOURS_PER_QUARTER, (index + 1) * HOURS_PER_QUARTER);
    if (six.every((hour) => hour === undefined)) continue;
    quarters.push({ quarter: day * QUARTERS_PER_DAY + index, content: encodeQuarter(six) });
  }
  return { quarters, sum: encodeDaySum(sumDay(hours)) };
}

/** Decodes what is stored of a day's quarters into 24 hours; a quarter that cannot be read is counted and left out. */
export function decodeDay(
  quarters: readonly { readonly quarter: number; readonly content: Uint8Array }[],
): { readonly hours: (HourContent | undefined)[]; readonly unreadable: number } {
  const hours = new Array<HourContent | undefined>(HOURS_PER_DAY).fill(undefined);
  let unreadable = 0;
  for (const { quarter, content } of quarters) {
    try {
      const first = (quarter % QUARTERS_PER_DAY) * HOURS_PER_QUARTER;
      for (const [index, hour] of decodeQuarter(content).entries()) hours[first + index] = hour;
    } catch {
      unreadable += 1;
    }
  }
  return { hours, unreadable };
}
