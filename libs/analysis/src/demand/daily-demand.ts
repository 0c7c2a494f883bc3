import type { DatedDay, DaySum } from '@trimtab/history';
import type { Sketch } from '@trimtab/sketch';
import { cores, coresToMillicores } from '@trimtab/units';
import { AnalysisError } from '../errors.ts';
import type { DemandDay } from './demand-day.ts';

/** A day is scored from this share of its windows and hours on. */
const COVER_NEEDED = 0.8;
const WINDOWS_PER_DAY = 288;
const HOURS_PER_DAY = 24;
/** A day misses where more than 5 % of its windows lie above the request. */
const P95 = 0.95;
const MILLICORES_PER_CORE = coresToMillicores(cores(1));

/**
 * CPU demand of each day that has CPU readings: the request above which at most 5 % of the windows
 * lie (to the sketch's half bucket, 1.1 %), plus the day's throttled seconds, each counted as a
 * core-second and spread over the covered time: 2 h throttled in a day add 83 m. Days without
 * readings are left out, never zero. Days out of order: AnalysisError TT_ANALYSIS_UNORDERED_DAYS.
 */
export function cpuDemand(days: readonly DatedDay[]): DemandDay[] {
  checkOrder(days);
  const demands: DemandDay[] = [];
  for (const { day, sum } of days) {
    const windows = sum.cpuMeans;
    const p95 = windows?.quantile(P95);
    if (windows === undefined || p95 === undefined) continue;
    const throttled = throttledCores(sum) * MILLICORES_PER_CORE;
    demands.push({
      day,
      ...coverOf(windows, hoursWith(sum, 'cpuMean')),
      demand: p95 * MILLICORES_PER_CORE + throttled,
      meanUsage: (windows.mean() ?? 0) * MILLICORES_PER_CORE,
      windows,
      toAmount: MILLICORES_PER_CORE,
      hours: sum.hours.map((hour) =>
        hour?.cpuMean === undefined ? undefined : hour.cpuMean * MILLICORES_PER_CORE,
      ),
      throttled,
    });
  }
  return demands;
}

/**
 * Memory demand of each day that has memory readings: its highest sample. A kill shows only that the
 * limit was too small, so a day with one asks for a byte more than the limit in force. Days without
 * readings are left out. Days out of order: AnalysisError TT_ANALYSIS_UNORDERED_DAYS.
 */
export function memoryDemand(days: readonly DatedDay[]): DemandDay[] {
  checkOrder(days);
  const demands: DemandDay[] = [];
  for (const { day, sum } of days) {
    const windows = sum.memoryPeaks;
    const max = sum.memoryMax ?? windows?.max;
    if (windows === undefined || max === undefined) continue;
    const killedAt = (sum.oomKills ?? 0) > 0 ? (sum.oomLimit ?? max) : undefined;
    demands.push({
      day,
      ...coverOf(windows, hoursWith(sum, 'memoryMax')),
      demand: killedAt === undefined ? max : Math.max(max, killedAt + 1),
      meanUsage: sum.memory?.mean() ?? windows.mean() ?? 0,
      windows,
      toAmount: 1,
      hours: sum.hours.map((hour) => hour?.memoryMax),
      throttled: 0,
      ...(killedAt === undefined ? {} : { killedAt }),
    });
  }
  return demands;
}

function coverOf(windows: Sketch, hours: number): { cover: number; isCovered: boolean } {
  // With several replicas the windows alone say little: ten of them fill a day's worth in 2.4 hours.
  const cover = Math.min(1, windows.count / WINDOWS_PER_DAY, hours / HOURS_PER_DAY);
  return { cover, isCovered: cover >= COVER_NEEDED };
}

function hoursWith(sum: DaySum, field: 'cpuMean' | 'memoryMax'): number {
  let hours = 0;
  for (const hour of sum.hours) if (hour?.[field] !== undefined) hours += 1;
  return hours;
}

function throttledCores(sum: DaySum): number {
  if (sum.throttledSeconds === undefined || sum.coveredSeconds === 0) return 0;
  return sum.throttledSeconds / sum.coveredSeconds;
}

function checkOrder(days: readonly DatedDay[]): void {
  for (let slot = 1; slot < days.length; slot += 1) {
    const day = days[slot]?.day ?? 0;
    const before = days[slot - 1]?.day ?? 0;
    if (day > before) continue;
    throw new AnalysisError(
      'TT_ANALYSIS_UNORDERED_DAYS',
      `history: found day ${day} after day ${before}; expected rising days, each once`,
    );
  }
}
