import { epochDay, millicores, millicoresToCores } from '@trimtab/units';
import { cpuDemand, type DemandDay, memoryDemand } from '../demand/index.ts';
import type { NamedSizes, Policy, Resource } from '../peers/index.ts';
import {
  type ModelPlan,
  type ModelRun,
  type Named,
  Namer,
  type Plan,
  startModel,
} from '../recommend/index.ts';
import { FleetRisk } from './fleet-risk.ts';
import { sumOfWindows } from './own-policy.ts';
import { daysOf, type UsageSeries } from './series-days.ts';

type SeriesDemand = Readonly<Record<Resource, (DemandDay | undefined)[]>>;

/**
 * The recommendation of a whole fleet as it would have been: all series pass day by day together, and
 * what the days of all of them taught refines the risk model that ships. In front of a day nothing is
 * known but the days before it, of every series. First `observe` each series, then ask for the policies.
 */
export class FleetReplay {
  readonly #plans: readonly Plan[];
  readonly #series = new Map<string, SeriesDemand>();

  constructor(plans: readonly Plan[]) {
    this.#plans = plans;
  }

  /** Takes in one series; what is kept is a few KiB a day. */
  observe(series: UsageSeries): void {
    const cpu: (DemandDay | undefined)[] = [];
    const memory: (DemandDay | undefined)[] = [];
    for (const day of daysOf(series)) {
      const sum = sumOfWindows(day);
      const dated = sum === undefined ? [] : [{ day: epochDay(day.day), sum }];
      cpu.push(cpuDemand(dated)[0]);
      memory.push(memoryDemand(dated)[0]);
    }
    this.#series.set(series.id, { cpu, memory });
  }

  /** Walks through the days; one policy a plan, that names for a series what the walk gave it. */
  policies(): Policy[] {
    const cpu = this.#walk('cpu');
    const memory = this.#walk('memory');
    return this.#plans.map((plan, place) => ({
      name: `trimtab ${plan.preset}`,
      start: (id) => answering(cpu[place]?.get(id) ?? [], memory[place]?.get(id) ?? []),
    }));
  }

  #walk(resource: Resource): Map<string, (Named | undefined)[]>[] {
    const fleet = new FleetRisk(this.#plans, resource, this.#series.size);
    const walkers = [...this.#series.entries()].map(([id, demand]) => {
      const member = fleet.join();
      const start =
        (place: number) =>
        (model: ModelPlan, least: number): ModelRun =>
          model.kind === 'risk-trees'
            ? (member.runs[place] ?? startModel(model, least))
            : startModel(model, least);
      const namers = this.#plans.map((plan, place) => new Namer(plan, resource, start(place)));
      return { id, days: demand[resource], member, namers };
    });
    const answers = this.#plans.map(() => new Map<string, (Named | undefined)[]>());
    for (const { id } of walkers) for (const answer of answers) answer.set(id, []);
    const last = Math.max(0, ...walkers.map(({ days }) => days.length));
    for (let day = 0; day < last; day += 1) {
      fleet.beforeDay(day);
      for (const { id, days, member, namers } of walkers) {
        if (day >= days.length) continue;
        const named = namers.map((namer) => namer.name());
        for (const [place, one] of named.entries()) answers[place]?.get(id)?.push(one);
        const demand = days[day];
        if (demand === undefined) continue;
        fleet.learn(member, demand, named);
        for (const namer of namers) namer.observe(demand);
        member.observe(demand);
      }
    }
    return answers;
  }
}

function answering(
  cpu: readonly (Named | undefined)[],
  memory: readonly (Named | undefined)[],
): ReturnType<Policy['start']> {
  let day = 0;
  return {
    observe: () => {
      day += 1;
    },
    next: () => sizesOf(cpu[day], memory[day]),
  };
}

function sizesOf(cpu: Named | undefined, memory: Named | undefined): NamedSizes {
  return {
    ...(cpu === undefined ? {} : { cpuCores: millicoresToCores(millicores(cpu.amount)) }),
    ...(memory === undefined ? {} : { memoryBytes: memory.amount }),
  };
}
