import { counted, cpuWords, type Detector, recentDays } from './finding.ts';

const DAYS = 7;
const MINUTES_PER_DAY = 1440;
/**
 * From a hundredth of the time on (14.4 minutes a day and replica). The quota is enforced in slices of
 * 100 ms, so a few seconds a day happen to any container with a limit and say nothing.
 */
const SHARE = 0.01;
/** One bad day (a start, an import) is no state. */
const DAYS_NEEDED = 2;

/** Held back by the CPU limit for a noticeable part of the last 7 days. What was wanted beyond the limit cannot be measured. */
export const findThrottled: Detector = (facts) => {
  const days = recentDays(facts, DAYS).filter(
    ({ sum }) => sum.throttledSeconds !== undefined && sum.coveredSeconds > 0,
  );
  const shares = days.map(({ sum }) => (sum.throttledSeconds ?? 0) / sum.coveredSeconds);
  const affected = shares.filter((share) => share >= SHARE).length;
  const mean = shares.reduce((total, share) => total + share, 0) / shares.length;
  if (affected < DAYS_NEEDED || mean < SHARE) return undefined;
  const minutes = Math.round(mean * MINUTES_PER_DAY);
  const limit = facts.sizes.cpuLimit;
  const by = limit === undefined ? 'a CPU limit' : `its CPU limit of ${cpuWords(limit)}`;
  return {
    code: 'throttled',
    severity: 'warn',
    short: `throttled ${minutes} min/day`,
    text: `held back by ${by} for ${minutes} minutes a day and replica (mean of ${counted(days.length, 'day')}); how much it wanted beyond the limit is unknown`,
    values: {
      minutesPerDay: minutes,
      daysAffected: affected,
      ...(limit === undefined ? {} : { limitMillicores: limit }),
    },
  };
};
