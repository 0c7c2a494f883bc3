import {
  SAMPLE_SET_LABEL,
  type SampleSeries,
  SYNTHETIC_LABEL,
  SYNTHETIC_SET,
  stableUuid,
} from '../samples/index.ts';

import type { Recipe } from './recipe.ts';
import { RECIPES } from './recipes.ts';
import { simulate } from './simulate.ts';

/** Generates the synthetic fleet, one replica after another; the same numbers on every call. */
export function* syntheticFleet(): Generator<SampleSeries, void, undefined> {
  for (const recipe of RECIPES) {
    for (let replica = 0; replica < recipe.replicas; replica += 1) {
      yield syntheticSeries(recipe, replica);
    }
  }
}

function syntheticSeries(recipe: Recipe, replica: number): SampleSeries {
  const { series, steps } = simulate(recipe, replica);
  const pod = `${recipe.name}-${replica}`;
  return {
    set: SYNTHETIC_SET,
    isSynthetic: true,
    label: recipe.label,
    workload: {
      namespace: SYNTHETIC_SET,
      kind: 'Deployment',
      name: recipe.name,
      container: 'main',
      pod,
      podUid: stableUuid(`${SYNTHETIC_SET}/${pod}`),
    },
    labels: { [SAMPLE_SET_LABEL]: SYNTHETIC_SET, [SYNTHETIC_LABEL]: 'true' },
    allocation: recipe.allocation,
    whyMissing: {},
    series,
    steps,
  };
}
