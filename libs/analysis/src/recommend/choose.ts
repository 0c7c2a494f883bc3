import type { ChoicePlan } from './plan.ts';

/**
 * Picks the model of one workload by what each would have cost on the days seen, each day judged with
 * the number named before it.
 *
 *     cost of a day, in units of the day's demand D:
 *       request x >= D    (x - D) / D                          idle
 *       request x <  D    (D - x) / D * (1 - t) / t / 2        short; t = share that may be missed
 *     older days fade with the half-life
 *
 * Half the weight that would make the t-quantile optimal: a model is already margined for its miss
 * rate over all workloads, and with the full weight single spikes decided. The first model stays
 * until another one's cost is below `switchBelow` of its own.
 */
export class ModelChoice {
  readonly #plan: ChoicePlan;
  readonly #shortWeight: number;
  readonly #costs: number[];
  #current = 0;
  #days = 0;

  constructor(plan: ChoicePlan, options: { readonly models: number; readonly missTarget: number }) {
    this.#plan = plan;
    this.#shortWeight = (1 - options.missTarget) / options.missTarget / 2;
    this.#costs = new Array(options.models).fill(0);
  }

  /** Place of the model in use. */
  get current(): number {
    return this.#current;
  }

  /** The model's fading cost so far; 0 before the first judged day. */
  costOf(place: number): number {
    return this.#costs[place] ?? 0;
  }

  /** Judges what every model had named for a day against what the day asked for. */
  judge(requests: readonly number[], demand: number): void {
    const fade = 2 ** (-1 / this.#plan.halfLifeDays);
    for (const [place, request] of requests.entries()) {
      const cost = this.costOf(place) * fade + this.#costOfDay(request, demand);
      this.#costs[place] = cost;
    }
    this.#days += 1;
    if (this.#days < this.#plan.minDays) return;
    const best = this.#cheapest();
    if (this.costOf(best) < this.costOf(this.#current) * this.#plan.switchBelow) {
      this.#current = best;
    }
  }

  #costOfDay(request: number, demand: number): number {
    if (demand <= 0) return request > 0 ? 1 : 0;
    const distance = (request - demand) / demand;
    return distance >= 0 ? distance : -distance * this.#shortWeight;
  }

  #cheapest(): number {
    let best = 0;
    for (let place = 1; place < this.#costs.length; place += 1) {
      if (this.costOf(place) < this.costOf(best)) best = place;
    }
    return best;
  }
}
