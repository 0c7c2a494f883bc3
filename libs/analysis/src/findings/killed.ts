import { showMemory } from '@trimtab/units';
import { counted, type Detector, recentDays, times } from './finding.ts';

/** As long as a kill keeps a recommendation from going below its level. */
const DAYS = 14;

/** Kills for lack of memory in the last 14 days. One is enough: the limit was too small, that is a fact and no estimate. */
export const findKilled: Detector = (facts) => {
  const days = recentDays(facts, DAYS).filter(({ sum }) => (sum.oomKills ?? 0) > 0);
  const last = days.at(-1);
  if (last === undefined) return undefined;
  const kills = days.reduce((total, { sum }) => total + (sum.oomKills ?? 0), 0);
  const limits = days.flatMap(({ sum }) => sum.oomLimit ?? []);
  const highest = limits.sort((a, b) => a - b).at(-1);
  const at = highest === undefined ? '' : `, at a limit of ${showMemory(highest)}`;
  const age = facts.asOfDay - last.day;
  return {
    code: 'killed',
    severity: 'warn',
    short: `killed ${times(kills)}`,
    text: `killed ${times(kills)} for lack of memory on ${counted(days.length, 'day')} of the last ${DAYS}${at}; last ${counted(age, 'day')} ago`,
    values: {
      kills,
      daysWithKill: days.length,
      daysSinceLast: age,
      ...(highest === undefined ? {} : { limitBytes: highest }),
    },
  };
};
