import type { DatedDay, DaySum } from '@trimtab/history';
import { epochDay } from '@trimtab/units';
import { sumOfWindows } from './evaluate/own-policy.ts';

const WINDOWS_PER_DAY = 288;

/** What a day made for a test holds; a value for all windows or one by the window's place. */
export interface MadeDay {
  readonly day: number;
  readonly cpuCores?: number | ((slot: number) => number);
  readonly memoryBytes?: number | ((slot: number) => number);
  /** Windows from midnight on that were measured; 288 unless told. */
  readonly windows?: number;
  /** Put over the sum that the windows give. */
  readonly sum?: Partial<DaySum>;
}

/** Makes a day sum for tests. */
export function madeDay(made: MadeDay): DatedDay {
  const count = made.windows ?? WINDOWS_PER_DAY;
  const sum = sumOfWindows({
    day: made.day,
    seconds: Int32Array.from({ length: count }, (_, slot) => made.day * 86_400 + slot * 300),
    cpuCores: Float64Array.from({ length: count }, (_, slot) => valueAt(made.cpuCores, slot)),
    memoryBytes: Float64Array.from({ length: count }, (_, slot) => valueAt(made.memoryBytes, slot)),
  });
  if (sum === undefined) throw new Error('a made day needs at least one reading');
  return { day: epochDay(made.day), sum: { ...sum, ...made.sum } };
}

function valueAt(value: MadeDay['cpuCores'], slot: number): number {
  if (value === undefined) return Number.NaN;
  return typeof value === 'number' ? value : value(slot);
}
