import type { VpaAggregate } from './aggregate.ts';
import type { VpaHistogram } from './histogram.ts';

const DAY_MS = 86_400_000;
const MINUTES_PER_DAY = 1440;
const MILLICORES_PER_CORE = 1000;
/** What VPA shows where it knows nothing: 100G cores, 100T bytes. */
const LARGEST_AMOUNT = 1e14;
const POD_FLOOR_MILLICORES = 25;
const POD_FLOOR_BYTES = 262_144_000;

/** VPA's settings; percentiles and margin are shares. */
export interface VpaOptions {
  readonly targetPercentile: number;
  readonly lowerPercentile: number;
  readonly upperPercentile: number;
  readonly margin: number;
  /** Containers among which the floors of a pod (25 m, 250 MiB) are divided; 0 switches the floors off. */
  readonly containers: number;
}

/** VPA as it comes, for a pod of one container. */
export const VPA_DEFAULTS: VpaOptions = {
  targetPercentile: 0.9,
  lowerPercentile: 0.5,
  upperPercentile: 0.95,
  margin: 0.15,
  containers: 1,
};

/** Whole millicores or bytes. */
export interface VpaBounds {
  readonly lower: number;
  readonly target: number;
  readonly upper: number;
}

/** What VPA would put into its status for one container: CPU in millicores, memory in bytes. */
export interface VpaEstimate {
  readonly cpu: VpaBounds;
  readonly memory: VpaBounds;
}

/**
 * VPA's estimate: percentile, then margin, then confidence, then floor; every step cuts to a whole number.
 *
 *     confidence c = min(days between first and last CPU sample, CPU samples / 1440)
 *     upper * (1 + 1/c)          3x at 12 h, 2x at 1 d, 1.14x at 7 d; without limit at c = 0
 *     lower * (1 + 0.001/c)^-2   0.6x at 5 min, 0.9x at 30 min; 0 at c = 0
 */
export function estimateVpa(
  aggregate: VpaAggregate,
  options: VpaOptions = VPA_DEFAULTS,
): VpaEstimate {
  const confidence = confidenceOf(aggregate);
  const cpu = { histogram: aggregate.cpu, unit: MILLICORES_PER_CORE };
  const memory = { histogram: aggregate.memory, unit: 1 };
  return {
    cpu: bounds(cpu, options, confidence, floorOf(POD_FLOOR_MILLICORES, options)),
    memory: bounds(memory, options, confidence, floorOf(POD_FLOOR_BYTES, options)),
  };
}

function bounds(
  source: { readonly histogram: VpaHistogram; readonly unit: number },
  options: VpaOptions,
  confidence: number,
  floor: number,
): VpaBounds {
  const withMargin = (percentile: number): number => {
    const base = amount(source.histogram.percentile(percentile) * source.unit);
    return base + amount(base * options.margin);
  };
  const upperFactor = confidence === 0 ? Number.POSITIVE_INFINITY : 1 + 1 / confidence;
  const lowerFactor = confidence === 0 ? 0 : (1 + 0.001 / confidence) ** -2;
  return {
    lower: Math.max(amount(withMargin(options.lowerPercentile) * lowerFactor), floor),
    target: Math.max(withMargin(options.targetPercentile), floor),
    upper: Math.max(amount(withMargin(options.upperPercentile) * upperFactor), floor),
  };
}

function floorOf(podFloor: number, options: VpaOptions): number {
  return options.containers > 0 ? Math.trunc(podFloor / options.containers) : 0;
}

function confidenceOf(aggregate: VpaAggregate): number {
  const { firstSampleMs, lastSampleMs, count } = aggregate;
  if (firstSampleMs === undefined || lastSampleMs === undefined) return 0;
  return Math.min((lastSampleMs - firstSampleMs) / DAY_MS, count / MINUTES_PER_DAY);
}

function amount(value: number): number {
  if (Number.isNaN(value)) return LARGEST_AMOUNT;
  return Math.min(Math.max(Math.trunc(value), 0), LARGEST_AMOUNT);
}
