import type { DemandDay } from '../demand/index.ts';
import { LEAST_AMOUNT, type Named, Namer, type Plan } from '../recommend/index.ts';
import { Judge, type Tally } from './judge.ts';

/** One judged day: what was in force and what the day asked for. */
export interface Step {
  readonly day: number;
  /** Named from the days before this one only. */
  readonly request: number;
  readonly demand: number;
}

/** One resource of one workload, walked forward. */
export interface Walk {
  /** The number that all days give; undefined where too few are covered. */
  readonly named: Named | undefined;
  readonly steps: readonly Step[];
  readonly tally: Tally;
  /** The same days judged with the request in force today; undefined where there is none. */
  readonly currentTally: Tally | undefined;
}

/**
 * Walks through the days in order: a covered day is judged with the number that the days before it
 * gave, then shown. One pass, so a day costs the same however many came before, and appending a day
 * changes nothing that was said earlier.
 */
export function walkForward(
  days: readonly DemandDay[],
  plan: Plan,
  options: { readonly resource: 'cpu' | 'memory'; readonly current?: number },
): Walk {
  const namer = new Namer(plan, options.resource);
  const judge = new Judge(LEAST_AMOUNT[options.resource]);
  const currentJudge = new Judge(LEAST_AMOUNT[options.resource]);
  const steps: Step[] = [];
  for (const day of days) {
    const request = day.isCovered ? namer.name()?.amount : undefined;
    if (request !== undefined) {
      judge.add(day, request);
      if (options.current !== undefined) currentJudge.add(day, options.current);
      steps.push({ day: day.day, request, demand: day.demand });
    }
    namer.observe(day);
  }
  return {
    named: namer.name(),
    steps,
    tally: judge.tally(),
    currentTally: options.current === undefined ? undefined : currentJudge.tally(),
  };
}
