import type { DemandDay } from '../demand/index.ts';
import type { Resource } from '../peers/index.ts';
import { LEAST_AMOUNT, type ModelRun, type Named, type Plan } from '../recommend/index.ts';
import { decide, findTrees, Lessons, priceFor, RiskView } from '../risk/index.ts';
import type { TreeEnsemble } from '../trees/index.ts';

/** How a fleet learns; tuned on the tuning half of the recorded sets. */
const FLEET = {
  /** Days in front of which trees are grown anew; then each time the days are a quarter more. */
  firstFit: 7,
  fitGrowth: 1.25,
  /** Series-days for which the shipped model's opinion counts beside those seen. */
  priorDays: 1500,
  /** Series-days after which the fleet's own price of a miss has half the say; and how far it may go from the shipped one. */
  priceDays: 120,
  priceRange: 5,
  mostRows: 60_000,
  rowsPerDay: 8,
  /** Missed days, at least, that the stated risk is trusted for before the fleet's own misses correct it. */
  priorMisses: 20,
  /** Part of the day's own price in the one used; the rest is the one before. */
  priceShare: 0.1,
  seed: 7,
};

/** One resource of one workload in the fleet. */
export interface FleetMember {
  /** One run a plan, over a view they share. */
  readonly runs: readonly ModelRun[];
  readonly view: RiskView;
  observe(day: DemandDay): void;
}

/**
 * Stated against found: what makes a plan's risk honest in this fleet. Bad days hit many workloads at
 * once, so a few of them prove little: the correction is held back by two weeks' worth of stated misses.
 */
class Honesty {
  readonly #days = new Set<number>();
  #stated = 0;
  #missed = 0;

  add(day: number, stated: number, isMissed: boolean): void {
    this.#days.add(day);
    this.#stated += stated;
    if (isMissed) this.#missed += 1;
  }

  /** Misses found for each one stated. */
  get factor(): number {
    const fortnight = (14 * this.#stated) / Math.max(1, this.#days.size);
    const held = Math.max(FLEET.priorMisses, fortnight);
    return (this.#missed + held) / (this.#stated + held);
  }
}

/** The risk model of one resource of a fleet as its days pass, and the price of a miss for each plan. */
export class FleetRisk {
  readonly #plans: readonly Plan[];
  readonly #least: number;
  readonly #members: FleetMember[] = [];
  readonly #lessons: Lessons;
  readonly #honesty: readonly Honesty[];
  readonly #shipped: TreeEnsemble | undefined;
  #trees: TreeEnsemble | undefined;
  #prices: number[] | undefined;
  readonly #shippedPrices: readonly (number | undefined)[];
  #nextFit = FLEET.firstFit;
  /** Series-days learnt from. */
  #seen = 0;

  constructor(plans: readonly Plan[], resource: Resource, size: number) {
    this.#plans = plans;
    this.#least = LEAST_AMOUNT[resource];
    const risk = plans[0]?.[resource].models.find((model) => model.kind === 'risk-trees');
    this.#shipped = risk?.kind === 'risk-trees' ? findTrees(risk) : undefined;
    this.#trees = this.#shipped;
    this.#honesty = plans.map(() => new Honesty());
    this.#shippedPrices = plans.map((plan) => {
      const model = plan[resource].models.find((one) => one.kind === 'risk-trees');
      return model?.kind === 'risk-trees' ? model.price : undefined;
    });
    const perDay = Math.floor(FLEET.mostRows / Math.max(1, size) / 30);
    this.#lessons = new Lessons({
      perDay: Math.min(FLEET.rowsPerDay, Math.max(1, perDay)),
      seed: FLEET.seed,
    });
  }

  /** Adds a workload. */
  join(): FleetMember {
    const view = new RiskView(this.#least);
    const runs = this.#plans.map((_, place) => this.#run(view, place));
    const member = { runs, view, observe: (day: DemandDay) => view.observe(day) };
    this.#members.push(member);
    return member;
  }

  /** Grows the trees anew where it is time, and sets the prices for the day. */
  beforeDay(day: number): void {
    if (day >= this.#nextFit && this.#lessons.count > 0) {
      this.#nextFit = Math.ceil(day * FLEET.fitGrowth);
      const prior =
        this.#shipped === undefined
          ? undefined
          : { trees: this.#shipped, weight: FLEET.priorDays / this.#seen };
      this.#trees = this.#lessons.train(prior);
    }
    const trees = this.#trees;
    if (trees === undefined) return;
    const fleet = this.#members.flatMap(({ view }) => {
      const curve = view.curve(trees);
      return curve === undefined ? [] : [{ curve, usual: view.usual }];
    });
    if (fleet.length === 0) return;
    this.#prices = this.#plans.map((plan, place) => {
      const wanted = plan.missTarget / (this.#honesty[place]?.factor ?? 1);
      const price = priceFor(fleet, wanted);
      const shipped = this.#shippedPrices[place] ?? price;
      const range = FLEET.priceRange;
      const own = Math.min(range, Math.max(1 / range, price / shipped));
      const say = this.#seen / (this.#seen + FLEET.priceDays);
      const blended = shipped * own ** say;
      const before = this.#prices?.[place] ?? blended;
      return before * (blended / before) ** FLEET.priceShare;
    });
  }

  /** Learns from a day before it is shown: what was named for it, stated and found. */
  learn(member: FleetMember, day: DemandDay, named: readonly (Named | undefined)[]): void {
    const { view, runs } = member;
    if (!day.isCovered || !view.isTeaching) return;
    const { frame } = view;
    if (frame !== undefined) {
      this.#lessons.add(frame, view.logOf(day.demand));
      this.#seen += 1;
    }
    for (const [place, one] of named.entries()) {
      const stated = runs[place]?.risk?.();
      if (one === undefined || stated === undefined || day.day < FLEET.firstFit) continue;
      this.#honesty[place]?.add(day.day, stated, day.demand > one.amount);
    }
  }

  #run(view: RiskView, place: number): ModelRun {
    const decision = () => {
      const price = this.#prices?.[place];
      const curve = this.#trees === undefined ? undefined : view.curve(this.#trees);
      return curve === undefined || price === undefined
        ? undefined
        : decide(curve, view.usual, price);
    };
    return {
      observe: () => {},
      base: () => {
        const found = decision();
        return found === undefined ? undefined : Math.exp(found.log);
      },
      risk: () => decision()?.risk,
      silence: () => view.silence,
    };
  }
}
