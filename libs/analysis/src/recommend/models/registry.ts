import type { ModelPlan } from '../plan.ts';
import { DayPercentileRun } from './day-percentile.ts';
import type { ModelRun } from './model.ts';
import { PercentileAndPeakRun } from './percentile-and-peak.ts';
import { RecentPeakRun } from './recent-peak.ts';
import { RiskTreesRun } from './risk-trees.ts';
import { WindowPercentileRun } from './window-percentile.ts';

/** Starts the model that a plan names: the one place that knows all kinds. `least` is the smallest size there is. */
export function startModel(plan: ModelPlan, least = 1): ModelRun {
  switch (plan.kind) {
    case 'window-percentile':
      return new WindowPercentileRun(plan);
    case 'day-percentile':
      return new DayPercentileRun(plan);
    case 'recent-peak':
      return new RecentPeakRun(plan);
    case 'percentile-and-peak':
      return new PercentileAndPeakRun(plan);
    case 'risk-trees':
      return new RiskTreesRun(plan, least);
  }
}
