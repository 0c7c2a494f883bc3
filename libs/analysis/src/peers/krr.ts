import { interpolatedQuantile } from './order.ts';

const MEBIBYTE = 1_048_576;
const MILLICORES_PER_CORE = 1000;

/** Settings of KRR's `simple` strategy. */
export interface KrrOptions {
  /** Percentile of CPU, 0 to 100. */
  readonly cpuPercentile: number;
  /** KRR asks Prometheus for a share of two digits: 97.5 becomes 0.97, 99.9 becomes 1. */
  readonly roundsPercentile: boolean;
  /** Percent on top of the memory peak. */
  readonly memoryBufferPercent: number;
  /** Percent on top of the limit at which a kill happened; only used where `oomLimitBytes` is given. */
  readonly oomBufferPercent: number;
  /** Points over all pods below which KRR prints `?`. */
  readonly pointsRequired: number;
  /** Least request it names. */
  readonly cpuFloorMillicores: number;
  readonly memoryFloorBytes: number;
}

/** KRR as it comes. */
export const KRR_DEFAULTS: KrrOptions = {
  cpuPercentile: 95,
  roundsPercentile: true,
  memoryBufferPercent: 15,
  oomBufferPercent: 25,
  pointsRequired: 100,
  cpuFloorMillicores: 10,
  memoryFloorBytes: 100 * MEBIBYTE,
};

/** All samples of one pod inside KRR's window of 14 days, deleted pods too. */
export interface KrrPod {
  readonly cpuCores: readonly number[];
  readonly memoryBytes: readonly number[];
  /** Highest memory limit at which the pod was killed, where kills are looked at. */
  readonly oomLimitBytes?: number;
}

/** Absent where KRR prints `?`. CPU has no limit; memory request = limit. */
export interface KrrSizes {
  readonly cpuMillicores?: number;
  readonly memoryBytes?: number;
}

/** The share that KRR asks Prometheus for. */
export function krrShare(options: KrrOptions): number {
  const share = options.cpuPercentile / 100;
  return options.roundsPercentile ? Number(share.toFixed(2)) : share;
}

/**
 * KRR's `simple` strategy: the HIGHEST of the pods' own CPU percentiles (so one short-lived pod can
 * set it), the highest memory of all plus the buffer; rounded up to 1 m and 1 MiB, then the floors.
 */
export function krrSimple(pods: readonly KrrPod[], options: KrrOptions = KRR_DEFAULTS): KrrSizes {
  const cpuMillicores = cpuOf(pods, options);
  const memoryBytes = memoryOf(pods, options);
  return {
    ...(cpuMillicores === undefined ? {} : { cpuMillicores }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
}

function cpuOf(pods: readonly KrrPod[], options: KrrOptions): number | undefined {
  const points = pods.reduce((sum, pod) => sum + pod.cpuCores.length, 0);
  if (points < options.pointsRequired) return undefined;
  const share = krrShare(options);
  let cores = 0;
  for (const pod of pods) {
    const sorted = Float64Array.from(pod.cpuCores).sort();
    if (sorted.length > 0) cores = Math.max(cores, interpolatedQuantile(sorted, share));
  }
  // The product of a decimal fraction and 1,000 may miss its whole number by its last bits.
  const millicores = Math.ceil(cores * MILLICORES_PER_CORE - 1e-9);
  return Math.max(millicores, options.cpuFloorMillicores);
}

function memoryOf(pods: readonly KrrPod[], options: KrrOptions): number | undefined {
  const points = pods.reduce((sum, pod) => sum + pod.memoryBytes.length, 0);
  if (points < options.pointsRequired) return undefined;
  let bytes = 0;
  for (const pod of pods) {
    const peak = pod.memoryBytes.reduce((most, value) => Math.max(most, value), 0);
    const killed = pod.oomLimitBytes ?? 0;
    bytes = Math.max(
      bytes,
      (peak * (100 + options.memoryBufferPercent)) / 100,
      (killed * (100 + options.oomBufferPercent)) / 100,
    );
  }
  return Math.max(Math.ceil(bytes / MEBIBYTE) * MEBIBYTE, options.memoryFloorBytes);
}
