import { AnalysisError } from '../errors.ts';
import { DEFAULT_RISK } from '../risk/index.ts';

/** What a preset is willing to miss: 10, 5 and 2 % of days. */
export type Preset = 'savings' | 'balanced' | 'reliability';

/** Which model names the size and with what; margins are factors on its base (1.12 = 12 % on top). */
export type ModelPlan =
  | {
      /** Percentile of the 5-minute windows, older days fading. */
      readonly kind: 'window-percentile';
      readonly percentile: number;
      readonly halfLifeDays: number;
      readonly margin: number;
    }
  | {
      /** Percentile of the daily demands, older days fading, over at most `days` days. */
      readonly kind: 'day-percentile';
      readonly percentile: number;
      readonly halfLifeDays: number;
      readonly days: number;
      readonly margin: number;
    }
  | {
      /** Highest daily demand of the last `days` days. */
      readonly kind: 'recent-peak';
      readonly days: number;
      readonly margin: number;
    }
  | {
      /** Geometric mean of a window percentile and a recent peak. */
      readonly kind: 'percentile-and-peak';
      readonly percentile: number;
      readonly halfLifeDays: number;
      readonly days: number;
      readonly margin: number;
    }
  | {
      /** The request that pays best by the risks that trees state for it; see ../risk/decide.ts. */
      readonly kind: 'risk-trees';
      /** Name of the trees: eight hex digits, the checksum of their bytes. */
      readonly model: string;
      /** The trees in base64; absent for the ones that ship. */
      readonly trees?: string;
      /** What one missed day is worth, in days of idling by the workload's usual demand. */
      readonly price: number;
      readonly margin: number;
    };

/** How one resource is sized. */
export interface ResourcePlan {
  /** The first is used until another one has earned its place. */
  readonly models: readonly ModelPlan[];
}

/** How the model is chosen for each workload; see choose.ts. */
export interface ChoicePlan {
  /** Scored days before a change is thought of. */
  readonly minDays: number;
  /** Another model takes over where its cost is below this share of the present one's. */
  readonly switchBelow: number;
  readonly halfLifeDays: number;
}

/** Which spikes of a calm workload are kept as a floor; see spike-memory.ts. */
export interface SpikePlan {
  /** For how many days a spike is kept. */
  readonly days: number;
  /** A day is a spike above this multiple of the middle day. */
  readonly above: number;
  /** A workload is calm while its ordinary days stay below this multiple of the middle one. */
  readonly calm: number;
  /** Factor on the spike. */
  readonly margin: number;
}

/** Everything that decides a number besides the history; plain data, so it can be stored and hashed. */
export interface Plan {
  readonly preset: Preset;
  readonly version: string;
  /** Share of days that may be missed, 0 to 1. */
  readonly missTarget: number;
  /** Covered days below which nothing is named. */
  readonly minDays: number;
  /** Days without data after which nothing is named any more. */
  readonly staleAfterDays: number;
  /** A number is kept while a new one is lower by no more than this share, 0 to 1. */
  readonly holdWithin: number;
  /** What is added to a memory level at which the container was killed, as a factor. */
  readonly killMargin: number;
  /** For how many days a kill is remembered. */
  readonly killDays: number;
  /** For memory alone, since a missed spike there is a kill; absent: spikes are weighed like any other day. */
  readonly spike?: SpikePlan;
  readonly choice: ChoicePlan;
  readonly cpu: ResourcePlan;
  readonly memory: ResourcePlan;
}

const MISS_TARGETS: Readonly<Record<Preset, number>> = {
  savings: 0.1,
  balanced: 0.05,
  reliability: 0.02,
};

/*
 * Percentiles, half-lives and margins were tuned on the half of the recorded series whose id's FNV-1a
 * hash has bit 16 clear (bitbrains 30 and 90 days, azure2017), so that the pooled series-days miss at
 * about the preset's rate; README.md has the scores of the other half.
 */
const CPU_MODELS: Readonly<Record<Preset, readonly ModelPlan[]>> = {
  savings: [
    { kind: 'percentile-and-peak', percentile: 0.95, halfLifeDays: 1, days: 3, margin: 1.1 },
    { kind: 'window-percentile', percentile: 0.95, halfLifeDays: 1, margin: 1.12 },
    { kind: 'recent-peak', days: 8, margin: 1 },
  ],
  balanced: [
    { kind: 'percentile-and-peak', percentile: 0.97, halfLifeDays: 4, days: 3, margin: 1.14 },
    { kind: 'window-percentile', percentile: 0.97, halfLifeDays: 4, margin: 1.13 },
    { kind: 'recent-peak', days: 8, margin: 1.06 },
  ],
  reliability: [
    { kind: 'percentile-and-peak', percentile: 0.98, halfLifeDays: 4, days: 8, margin: 1.2 },
    { kind: 'window-percentile', percentile: 0.98, halfLifeDays: 4, margin: 1.25 },
    { kind: 'recent-peak', days: 8, margin: 1.25 },
  ],
};

const MEMORY_MODELS: Readonly<Record<Preset, readonly ModelPlan[]>> = {
  savings: [
    { kind: 'day-percentile', percentile: 0.75, halfLifeDays: 8, days: 28, margin: 1.17 },
    { kind: 'recent-peak', days: 8, margin: 1.01 },
  ],
  balanced: [
    { kind: 'day-percentile', percentile: 0.85, halfLifeDays: 8, days: 28, margin: 1.22 },
    { kind: 'recent-peak', days: 8, margin: 1.12 },
  ],
  reliability: [
    { kind: 'day-percentile', percentile: 0.9, halfLifeDays: 8, days: 28, margin: 1.34 },
    { kind: 'recent-peak', days: 8, margin: 1.3 },
  ],
};

/** Eight days see a weekly job come round. Tuned on no set: it states what a calm workload's spike means. */
const SPIKE: SpikePlan = { days: 8, above: 1.5, calm: 1.25, margin: 1.05 };

/** The plan that ships for a preset. */
export function defaultPlan(preset: Preset): Plan {
  return {
    preset,
    version: `${preset}-3`,
    missTarget: MISS_TARGETS[preset],
    minDays: 3,
    staleAfterDays: 3,
    // Saves a fifth of the resizes for 0.1 % of cost; 0.05 saves a third for 0.3 %.
    holdWithin: 0.03,
    killMargin: 1.2,
    killDays: 14,
    ...(preset === 'savings' ? {} : { spike: SPIKE }),
    choice: { minDays: 7, switchBelow: 0.5, halfLifeDays: 28 },
    cpu: { models: [shippedTrees('cpu', preset), ...CPU_MODELS[preset]] },
    memory: { models: [shippedTrees('memory', preset), ...MEMORY_MODELS[preset]] },
  };
}

function shippedTrees(resource: 'cpu' | 'memory', preset: Preset): ModelPlan {
  const { model, prices } = DEFAULT_RISK;
  return { kind: 'risk-trees', model, price: prices[resource][preset], margin: 1 };
}

/** Checks a plan that came from outside: AnalysisError TT_ANALYSIS_BAD_PLAN names all that is wrong. */
export function checkPlan(plan: Plan): void {
  const problems = [
    ...inRange('missTarget', plan.missTarget, 0.0001, 0.5),
    ...inRange('minDays', plan.minDays, 1, 400),
    ...inRange('staleAfterDays', plan.staleAfterDays, 1, 400),
    ...inRange('holdWithin', plan.holdWithin, 0, 0.5),
    ...inRange('killMargin', plan.killMargin, 1, 10),
    ...inRange('killDays', plan.killDays, 1, 400),
    ...(plan.spike === undefined ? [] : spikeProblems(plan.spike)),
    ...inRange('choice.minDays', plan.choice.minDays, 1, 400),
    ...inRange('choice.switchBelow', plan.choice.switchBelow, 0, 1),
    ...inRange('choice.halfLifeDays', plan.choice.halfLifeDays, 0.1, 400),
    ...modelProblems('cpu', plan.cpu),
    ...modelProblems('memory', plan.memory),
  ];
  if (problems.length === 0) return;
  throw new AnalysisError('TT_ANALYSIS_BAD_PLAN', `plan ${plan.version}: ${problems.join('; ')}`);
}

function spikeProblems({ days, above, calm, margin }: SpikePlan): string[] {
  return [
    ...inRange('spike.days', days, 1, 28),
    ...inRange('spike.above', above, 1, 100),
    ...inRange('spike.calm', calm, 1, above),
    ...inRange('spike.margin', margin, 1, 10),
  ];
}

function modelProblems(resource: string, plan: ResourcePlan): string[] {
  if (plan.models.length === 0) return [`${resource}.models is empty; expected at least one`];
  return plan.models.flatMap((model, place) => {
    const path = `${resource}.models[${place}]`;
    return [
      ...inRange(`${path}.margin`, model.margin, 0.5, 20),
      ...('price' in model ? inRange(`${path}.price`, model.price, 0.001, 10_000) : []),
      ...('percentile' in model ? inRange(`${path}.percentile`, model.percentile, 0, 1) : []),
      ...('days' in model ? inRange(`${path}.days`, model.days, 1, 400) : []),
      ...('halfLifeDays' in model
        ? inRange(`${path}.halfLifeDays`, model.halfLifeDays, 0.1, 400)
        : []),
    ];
  });
}

function inRange(path: string, value: number, least: number, most: number): string[] {
  if (value >= least && value <= most) return [];
  return [`${path} is ${value}; expected ${least} to ${most}`];
}
