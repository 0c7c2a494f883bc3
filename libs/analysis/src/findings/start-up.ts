import { Sketch } from '@trimtab/sketch';
import { cores, coresToMillicores, type Millicores } from '@trimtab/units';
import { cpuWords, type Detector, type FindingFacts, recentDays } from './finding.ts';

const DAYS = 14;
const P95 = 0.95;
/** How long agents count a container as starting. */
const START_UP_MINUTES = 5;
/** Five samples: one start seen at 60 s, or a third of one at 15 s. */
const SAMPLES_NEEDED = 5;
/** Starting must take twice the steady state: less fits into a request's margin or another's slack. */
const RATIO = 2;
/** And 100 m more: below that no node notices. */
const LEAST_EXCESS_MILLICORES = 100;

/** CPU of starting containers far above the steady state: a need of minutes that no steady request should be made for. */
export const findStartUp: Detector = (facts) => {
  const starting = new Sketch();
  for (const { sum } of recentDays(facts, DAYS)) {
    if (sum.startupCpu !== undefined) starting.merge(sum.startupCpu);
  }
  const [p95, max] = [starting.quantile(P95), starting.max];
  const steady = facts.steadyCpu ?? steadyOf(facts);
  if (p95 === undefined || max === undefined || steady === undefined) return undefined;
  const need = coresToMillicores(cores(p95));
  const excess = need - steady;
  const isNotable = need >= RATIO * steady && excess >= LEAST_EXCESS_MILLICORES;
  if (starting.count < SAMPLES_NEEDED || !isNotable) return undefined;
  const peak = coresToMillicores(cores(max));
  return {
    code: 'start-up',
    severity: 'info',
    short: `start-up ${cpuWords(need)}`,
    text: `start-up needs ${cpuWords(need)} (peak ${cpuWords(peak)}) for up to ${START_UP_MINUTES} minutes after a start; the steady state needs ${cpuWords(steady)}`,
    values: {
      startUpMillicores: Math.round(need),
      peakMillicores: Math.round(peak),
      steadyMillicores: Math.round(steady),
      samples: starting.count,
    },
  };
};

/** Where nothing is recommended: the highest of the days' P95 of the windows. */
function steadyOf(facts: FindingFacts): Millicores | undefined {
  const days = recentDays(facts, DAYS).flatMap(({ sum }) => sum.cpuMeans?.quantile(P95) ?? []);
  return days.length === 0 ? undefined : coresToMillicores(cores(Math.max(...days)));
}
