import { bytes, cores } from '@trimtab/units';
import { roundToBucket, roundToWholeBucket } from './bucket-code.ts';
import { daySpreadOf } from './day-spread.ts';
import { badInput, expectPlaces } from './errors.ts';
import { pooled } from './hour.ts';
import { presentFields } from './present.ts';
import { wholeBytes } from './track.ts';
import type { DayHour, DaySum, HourContent } from './types.ts';
import { addMeasured, maxMeasured } from './window.ts';

/** Hours in a day. */
export const HOURS_PER_DAY = 24;
const P95 = 0.95;

/**
 * Sums up a day from its 24 hours, undefined where one has no data. Always computed whole and in the
 * order of the hours, so the same hours give the same bytes. Sketches are merged exactly. No hour at
 * all, or not 24 places: HistoryError TT_HISTORY_BAD_INPUT.
 */
export function sumDay(hours: readonly (HourContent | undefined)[]): DaySum {
  expectPlaces(hours, HOURS_PER_DAY, 'hours of a day');
  const present = hours.filter((hour) => hour !== undefined);
  if (present.length === 0) {
    throw badInput('found no hour; expected at least one: a day without hours has no sum');
  }
  const memory = pooled(present.map((hour) => hour.memory));
  const memoryMax = memory?.max;
  return presentFields({
    coveredSeconds: sum(present.map((hour) => hour.coveredSeconds)),
    replicas: Math.max(...present.map((hour) => hour.replicas)),
    cpu: pooled(present.map((hour) => hour.cpu)),
    cpuMeans: pooled(present.map((hour) => hour.cpuMeans)),
    memory,
    memoryPeaks: pooled(present.map((hour) => hour.memoryPeaks)),
    startupCpu: pooled(present.map((hour) => hour.startupCpu)),
    memoryMax: memoryMax === undefined ? undefined : wholeBytes(memoryMax),
    throttledSeconds: present.map((hour) => hour.throttledSeconds).reduce(addMeasured, undefined),
    oomKills: present.map((hour) => hour.oomKills).reduce(addMeasured, undefined),
    oomLimit: present.map((hour) => hour.oomLimit).reduce(maxMeasured, undefined),
    restarts: present.map((hour) => hour.restarts).reduce(addMeasured, undefined),
    hours: hours.map((hour) => (hour === undefined ? undefined : dayHourOf(hour))),
    spread: daySpreadOf(present.flatMap((hour) => hour.spread ?? [])),
  });
}

function dayHourOf(hour: HourContent): DayHour {
  const cpuMean = hour.cpu?.mean();
  const cpuP95 = hour.cpu?.quantile(P95);
  const memoryMax = hour.memory?.max;
  return presentFields({
    cpuMean: cpuMean === undefined ? undefined : cores(roundToBucket(cpuMean)),
    cpuP95: cpuP95 === undefined ? undefined : cores(roundToBucket(cpuP95)),
    memoryMax:
      memoryMax === undefined ? undefined : bytes(roundToWholeBucket(wholeBytes(memoryMax))),
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
