import type { DemandDay } from '../../demand/index.ts';
import type { ModelRun } from './model.ts';

/** The highest daily demand of the last `days` calendar days, counted back from the last day shown. */
export class RecentPeakRun implements ModelRun {
  readonly #days: number;
  readonly #recent: { readonly day: number; readonly demand: number }[] = [];

  constructor(options: { readonly days: number }) {
    this.#days = options.days;
  }

  observe(day: DemandDay): void {
    this.#recent.push({ day: day.day, demand: day.demand });
    while ((this.#recent[0]?.day ?? day.day) <= day.day - this.#days) this.#recent.shift();
  }

  base(): number | undefined {
    let peak: number | undefined;
    for (const { demand } of this.#recent) peak = Math.max(peak ?? 0, demand);
    return peak;
  }
}
