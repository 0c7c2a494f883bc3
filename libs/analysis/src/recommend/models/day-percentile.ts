import type { DemandDay } from '../../demand/index.ts';
import type { ModelRun } from './model.ts';

/**
 * A percentile of the daily demands. A day weighs the share of it that was covered, halved for each
 * half-life of its age; between two days' demands the answer is linear in the weight passed.
 */
export class DayPercentileRun implements ModelRun {
  readonly #percentile: number;
  readonly #halfLifeDays: number;
  readonly #days: number;
  /** In rising order of demand. */
  readonly #sorted: { readonly day: number; readonly demand: number; readonly cover: number }[] =
    [];
  #last = 0;

  constructor(options: {
    readonly percentile: number;
    readonly halfLifeDays: number;
    readonly days: number;
  }) {
    this.#percentile = options.percentile;
    this.#halfLifeDays = options.halfLifeDays;
    this.#days = options.days;
  }

  observe(day: DemandDay): void {
    this.#last = day.day;
    const first = day.day - this.#days;
    const expired = this.#sorted.findIndex((entry) => entry.day <= first);
    if (expired >= 0) this.#sorted.splice(expired, 1);
    let place = this.#sorted.length;
    while (place > 0 && (this.#sorted[place - 1]?.demand ?? 0) > day.demand) place -= 1;
    this.#sorted.splice(place, 0, { day: day.day, demand: day.demand, cover: day.cover });
  }

  base(): number | undefined {
    const weights = this.#sorted.map(
      (entry) => entry.cover * 2 ** ((entry.day - this.#last) / this.#halfLifeDays),
    );
    const wanted = this.#percentile * weights.reduce((sum, weight) => sum + weight, 0);
    let passed = 0;
    let before: { readonly middle: number; readonly demand: number } | undefined;
    for (const [slot, { demand }] of this.#sorted.entries()) {
      const weight = weights[slot] ?? 0;
      const middle = passed + weight / 2;
      if (middle >= wanted) {
        if (before === undefined || middle === before.middle) return demand;
        const share = (wanted - before.middle) / (middle - before.middle);
        return before.demand + (demand - before.demand) * share;
      }
      before = { middle, demand };
      passed += weight;
    }
    return before?.demand;
  }
}
