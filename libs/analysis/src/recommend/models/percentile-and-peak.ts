import type { DemandDay } from '../../demand/index.ts';
import type { ModelRun } from './model.ts';
import { RecentPeakRun } from './recent-peak.ts';
import { WindowPercentileRun } from './window-percentile.ts';

/** The geometric mean of a window percentile and a recent peak: steadier than either. */
export class PercentileAndPeakRun implements ModelRun {
  readonly #percentile: WindowPercentileRun;
  readonly #peak: RecentPeakRun;

  constructor(options: {
    readonly percentile: number;
    readonly halfLifeDays: number;
    readonly days: number;
  }) {
    this.#percentile = new WindowPercentileRun(options);
    this.#peak = new RecentPeakRun(options);
  }

  observe(day: DemandDay): void {
    this.#percentile.observe(day);
    this.#peak.observe(day);
  }

  base(): number | undefined {
    const percentile = this.#percentile.base();
    const peak = this.#peak.base();
    if (percentile === undefined || peak === undefined) return undefined;
    return Math.sqrt(percentile * peak);
  }
}
