import type { SampleSteps } from '../samples/index.ts';
import type { TraceSeries } from '../series.ts';
import type { Recipe } from './recipe.ts';
import { seededRandom } from './seeded-random.ts';

/** Seconds between samples: five in each 5-minute window, so that a window holds a distribution. */
const SYNTHETIC_STEP_SECONDS = 60;
/** Length of a generated recording. */
const SYNTHETIC_DAYS = 14;

const DAY_SECONDS = 86_400;
const STEPS = (SYNTHETIC_DAYS * DAY_SECONDS) / SYNTHETIC_STEP_SECONDS;
/** Every container has run for three days when its recording begins: none of them starts with it. */
const FIRST_START = -3 * DAY_SECONDS;
/** CPU is rounded to a tenth of a millicore, memory to a page, as real sources do. */
const CPU_GRAINS_PER_CORE = 10_000;
const PAGE_BYTES = 4096;

/**
 * Plays one replica of a recipe. CPU above the limit is cut and counted as throttled time: work that
 * would need `demand` cores runs at `limit`, so the share 1 - limit / demand of the step is spent held
 * back. Memory that reaches the limit is a kill: the step shows the limit, the next one a fresh start.
 */
export function simulate(
  recipe: Recipe,
  replica: number,
): { readonly series: TraceSeries; readonly steps: SampleSteps } {
  const series = {
    id: `${recipe.name}-${replica}`,
    stepSeconds: SYNTHETIC_STEP_SECONDS,
    t: new Int32Array(STEPS),
    cpuCores: new Float64Array(STEPS),
    memoryBytes: new Float64Array(STEPS),
  };
  const steps = {
    throttledSeconds: new Float64Array(STEPS),
    oomKills: new Uint8Array(STEPS),
    restarts: new Uint8Array(STEPS),
    startedAt: new Int32Array(STEPS),
  };
  const random = seededRandom(`trimtab synthetic fleet 1/${recipe.name}/${replica}`);
  const restartsAt = new Set(recipe.restartsAt);
  const cpuLimit = recipe.allocation.cpuLimit ?? Number.POSITIVE_INFINITY;
  const memoryLimit = recipe.allocation.memoryLimit ?? Number.POSITIVE_INFINITY;
  let startedAt = FIRST_START;
  for (let step = 0; step < STEPS; step += 1) {
    const t = step * SYNTHETIC_STEP_SECONDS;
    const demand = recipe.demand({ t, uptime: t - startedAt, replica, random });
    const isKilled = demand.memoryBytes >= memoryLimit;
    const nextT = t + SYNTHETIC_STEP_SECONDS;
    series.t[step] = t;
    series.cpuCores[step] = roundCpu(Math.min(demand.cpuCores, cpuLimit));
    series.memoryBytes[step] = isKilled ? memoryLimit : roundMemory(demand.memoryBytes);
    steps.throttledSeconds[step] = throttledSeconds(demand.cpuCores, cpuLimit);
    steps.oomKills[step] = isKilled ? 1 : 0;
    steps.startedAt[step] = startedAt;
    if (isKilled || restartsAt.has(nextT)) {
      steps.restarts[step] = 1;
      startedAt = nextT;
    }
  }
  return { series, steps };
}

function throttledSeconds(demandCores: number, limitCores: number): number {
  const share = demandCores > limitCores ? 1 - limitCores / demandCores : 0;
  return Math.round(share * SYNTHETIC_STEP_SECONDS * 1000) / 1000;
}

function roundCpu(cpuCores: number): number {
  return Math.round(Math.max(0, cpuCores) * CPU_GRAINS_PER_CORE) / CPU_GRAINS_PER_CORE;
}

function roundMemory(memoryBytes: number): number {
  return Math.round(Math.max(0, memoryBytes) / PAGE_BYTES) * PAGE_BYTES;
}
