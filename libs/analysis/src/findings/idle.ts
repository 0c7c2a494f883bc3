import { cores, coresToMillicores } from '@trimtab/units';
import { counted, cpuWords, type Detector } from './finding.ts';

/**
 * No 5 minutes of any replica above this. A process that waits, with its health checks and timers, uses
 * 1 to 3 m; who serves a single request a minute is above it at some time of a week.
 */
const MOST_CORES = 0.005;
/** A whole week, since what runs on one day of the week only is not idle. */
const DAYS_NEEDED = 7;
/** Windows of a day that must have been measured, as elsewhere 80 %. */
const WINDOWS_NEEDED = 0.8 * 288;

/** A history that ended earlier says nothing about now. */
const MOST_AGE_DAYS = 3;

/** Practically no CPU on each of the last 7 or more measured days, up to the newest. */
export const findIdle: Detector = ({ days, asOfDay }) => {
  const newest = days.at(-1)?.day ?? 0;
  if (asOfDay - newest > MOST_AGE_DAYS) return undefined;
  let count = 0;
  let most = 0;
  for (const { day, sum } of [...days].reverse()) {
    const windows = sum.cpuMeans;
    if (day >= asOfDay || windows?.max === undefined) continue;
    const isBusy = windows.max > MOST_CORES || (sum.startupCpu?.count ?? 0) > 0;
    if (isBusy || windows.count < WINDOWS_NEEDED) break;
    most = Math.max(most, windows.max);
    count += 1;
  }
  if (count < DAYS_NEEDED) return undefined;
  const peak = coresToMillicores(cores(most));
  return {
    code: 'idle',
    severity: 'info',
    short: `idle for ${counted(count, 'day')}`,
    text: `practically no CPU for ${counted(count, 'day')}: never more than ${cpuWords(peak)} in any 5 minutes; is it still needed?`,
    values: { days: count, peakMillicores: peak },
  };
};
