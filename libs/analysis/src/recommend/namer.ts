import { bytes, millicores, roundUpToMebibyte, roundUpToMillicore } from '@trimtab/units';
import type { DemandDay } from '../demand/index.ts';
import { ModelChoice } from './choose.ts';
import { type ModelRun, startModel } from './models/index.ts';
import type { ModelPlan, Plan } from './plan.ts';
import { SpikeMemory } from './spike-memory.ts';

/** The smallest size that is ever named: 1 millicore, 1 MiB. There is no other floor. */
export const LEAST_AMOUNT = { cpu: 1, memory: 2 ** 20 } as const;

/** What decided a number. */
export type BoundBy =
  | { readonly kind: 'model' }
  | { readonly kind: 'kill'; readonly killedAt: number }
  | { readonly kind: 'spike'; readonly peak: number };

/** A size as it is named: whole millicores, or bytes in whole MiB. */
export interface Named {
  readonly amount: number;
  /** Whether it stems from an earlier day, the newest number being only a little lower. */
  readonly isHeld: boolean;
  readonly boundBy: BoundBy;
  readonly model: ModelPlan;
  /** Factor on the model's base, more than the model's own margin where few days are known. */
  readonly margin: number;
  /** Share of days on which the model expects more, before floors and rounding; only where it states one. */
  readonly risk?: number;
  /** Why the model that would be used said nothing, so that another one did. */
  readonly silence?: string;
  /** The chosen model's cost and that of the plan's first one; see choose.ts. */
  readonly cost: number;
  readonly firstCost: number;
}

/**
 * Names one resource's size day by day: it is shown the days in order and can be asked at any time for
 * the number that the days so far give. What it says never depends on a later day.
 */
export class Namer {
  readonly #plan: Plan;
  readonly #resource: 'cpu' | 'memory';
  readonly #models: readonly ModelPlan[];
  readonly #runs: readonly ModelRun[];
  readonly #choice: ModelChoice;
  readonly #kills: { readonly day: number; readonly killedAt: number }[] = [];
  readonly #spikes: SpikeMemory | undefined;
  #coveredDays = 0;
  #requests: readonly (number | undefined)[] | undefined;
  #named: Named | undefined;
  #renewed: 'stale' | 'fresh' = 'fresh';

  /** `start` gives the models' runs; a fleet's replay puts its own in. */
  constructor(
    plan: Plan,
    resource: 'cpu' | 'memory',
    start: (model: ModelPlan, least: number) => ModelRun = startModel,
  ) {
    this.#plan = plan;
    this.#resource = resource;
    this.#models = plan[resource].models;
    this.#runs = this.#models.map((model) => start(model, LEAST_AMOUNT[resource]));
    const isSpikeKept = resource === 'memory' && plan.spike !== undefined;
    this.#spikes = isSpikeKept ? new SpikeMemory(plan.spike) : undefined;
    this.#choice = new ModelChoice(plan.choice, {
      models: this.#models.length,
      missTarget: plan.missTarget,
    });
  }

  /** Days shown with enough cover. */
  get coveredDays(): number {
    return this.#coveredDays;
  }

  /** Shows the next day. */
  observe(day: DemandDay): void {
    this.#renewIfStale();
    if (day.isCovered) {
      if (this.#coveredDays >= this.#plan.minDays) {
        this.#choice.judge(this.#requestsNow(), day.demand);
      }
      this.#coveredDays += 1;
    }
    for (const run of this.#runs) run.observe(day);
    this.#spikes?.observe(day);
    if (day.killedAt !== undefined) this.#kills.push({ day: day.day, killedAt: day.killedAt });
    while ((this.#kills[0]?.day ?? day.day) <= day.day - this.#plan.killDays) this.#kills.shift();
    this.#requests = undefined;
    this.#renewed = 'stale';
  }

  /**
   * The number for the next day; undefined before `minDays` covered days. One that would be only a
   * little lower than the last (`holdWithin`) does not replace it: a raise is worth a resize, that is not.
   */
  name(): Named | undefined {
    this.#renewIfStale();
    return this.#named;
  }

  #renewIfStale(): void {
    if (this.#renewed === 'fresh') return;
    this.#renewed = 'fresh';
    const fresh = this.#fresh();
    const held = this.#named;
    if (fresh === undefined) return;
    const isRaise = held === undefined || fresh.amount >= held.amount;
    const isKept = !isRaise && fresh.amount >= held.amount * (1 - this.#plan.holdWithin);
    this.#named = isKept ? { ...held, isHeld: true } : fresh;
  }

  #fresh(): Named | undefined {
    if (this.#coveredDays < this.#plan.minDays) return undefined;
    const requests = this.#requestsNow();
    const chosen = this.#choice.current;
    const isSilent = requests[chosen] === undefined;
    const place = isSilent ? requests.findIndex((one) => one !== undefined) : chosen;
    const model = this.#models[place];
    const request = requests[place];
    const silence = isSilent ? this.#runs[chosen]?.silence?.() : undefined;
    const risk = this.#runs[place]?.risk?.();
    if (model === undefined || request === undefined) return undefined;
    const floor = this.#floor();
    const isFloored = floor !== undefined && floor.amount >= request;
    return {
      amount: this.#rounded(isFloored ? floor.amount : request),
      isHeld: false,
      boundBy: isFloored ? floor.boundBy : { kind: 'model' },
      model,
      margin: model.margin * this.#thinFactor(model),
      ...(risk === undefined ? {} : { risk }),
      ...(silence === undefined ? {} : { silence }),
      cost: this.#choice.costOf(place),
      firstCost: this.#choice.costOf(0),
    };
  }

  /** What no model may go below: a level at which it was killed, a spike of a calm workload. */
  #floor(): { readonly amount: number; readonly boundBy: BoundBy } | undefined {
    const { killMargin, spike } = this.#plan;
    const killedAt = this.#highestKill();
    const peak = this.#spikes?.floor();
    const killed = (killedAt ?? 0) * killMargin;
    const spiked = (peak ?? 0) * (spike?.margin ?? 1);
    if (killedAt !== undefined && killed >= spiked) {
      return { amount: killed, boundBy: { kind: 'kill', killedAt } };
    }
    return peak === undefined ? undefined : { amount: spiked, boundBy: { kind: 'spike', peak } };
  }

  /** Each model's request before floors and rounding. */
  #requestsNow(): readonly (number | undefined)[] {
    this.#requests ??= this.#models.map((model, place) => {
      const base = this.#runs[place]?.base();
      return base === undefined ? undefined : base * model.margin * this.#thinFactor(model);
    });
    return this.#requests;
  }

  /** 1.22 at 3 days, 1.04 at 7, 1.01 at 14: what the pooled margin lacks while few days are known; the risk trees know. */
  #thinFactor({ kind }: ModelPlan): number {
    if (kind === 'risk-trees') return 1;
    return 1 + 2 / Math.max(1, this.#coveredDays) ** 2;
  }

  #highestKill(): number | undefined {
    let highest: number | undefined;
    for (const { killedAt } of this.#kills) highest = Math.max(highest ?? 0, killedAt);
    return highest;
  }

  #rounded(amount: number): number {
    const whole =
      this.#resource === 'cpu'
        ? roundUpToMillicore(millicores(amount))
        : roundUpToMebibyte(bytes(Math.ceil(amount)));
    return Math.max(LEAST_AMOUNT[this.#resource], whole);
  }
}
