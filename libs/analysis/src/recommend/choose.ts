import type { ChoicePlan } from './plan.ts';

/**
 * Picks the model of one workload by what each would have cost on the days seen, each day judged with
 * the number named before it.
 *
 *     cost of a day, in units of the workload's usual demand U:
 *       request x >= demand D    (x - D) / U              idle
 *       request x <  D           (1 - t) / t / 4          missed; t = share that may be missed
 *     older days fade with the half-life, in U as well
 *
 * The first model stays until another one's cost is below `switchBelow` of its own.
 */
export class ModelChoice {
  readonly #plan: ChoicePlan;
  readonly #missCost: number;
  readonly #costs: number[];
  readonly #weights: number[];
  #current = 0;
  #days = 0;
  #demands = 0;
  #demandWeight = 0;

  constructor(plan: ChoicePlan, options: { readonly models: number; readonly missTarget: number }) {
    this.#plan = plan;
    this.#missCost = (1 - options.missTarget) / options.missTarget / 4;
    this.#costs = new Array(options.models).fill(0);
    this.#weights = new Array(options.models).fill(0);
  }

  /** Place of the model in use. */
  get current(): number {
    return this.#current;
  }

  /** The model's mean cost a day, older days fading; 0 before its first judged day. */
  costOf(place: number): number {
    const weight = this.#weights[place] ?? 0;
    return weight === 0 ? 0 : (this.#costs[place] ?? 0) / weight;
  }

  /** Judges what every model had named for a day, if it had, against what the day asked for. */
  judge(requests: readonly (number | undefined)[], demand: number): void {
    const fade = 2 ** (-1 / this.#plan.halfLifeDays);
    this.#demands = this.#demands * fade + demand;
    this.#demandWeight = this.#demandWeight * fade + 1;
    for (const [place, request] of requests.entries()) {
      if (request === undefined) continue;
      this.#costs[place] = (this.#costs[place] ?? 0) * fade + this.#costOfDay(request, demand);
      this.#weights[place] = (this.#weights[place] ?? 0) * fade + 1;
    }
    this.#days += 1;
    if (this.#days < this.#plan.minDays) return;
    const best = this.#cheapest();
    if (this.costOf(best) < this.costOf(this.#current) * this.#plan.switchBelow) {
      this.#current = best;
    }
  }

  #costOfDay(request: number, demand: number): number {
    if (request < demand) return this.#missCost;
    if (this.#demands <= 0) return request > 0 ? 1 : 0;
    return ((request - demand) * this.#demandWeight) / this.#demands;
  }

  #cheapest(): number {
    let best = 0;
    for (let place = 1; place < this.#costs.length; place += 1) {
      if (this.#weights[place] === 0) continue;
      if (this.costOf(place) < this.costOf(best)) best = place;
    }
    return best;
  }
}
