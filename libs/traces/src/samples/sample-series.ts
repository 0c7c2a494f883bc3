import { createHash } from 'node:crypto';
import type { Bytes, Cores } from '@trimtab/units';
import type { TraceSeries } from '../series.ts';

/** Which behaviour a generated series shows. */
export type SyntheticLabel =
  | 'daily-cycle'
  | 'hot-replica'
  | 'idle'
  | 'leak'
  | 'oom'
  | 'start-up'
  | 'throttled'
  | 'weekly-peak';

/** The container a series is shown as. `kind` and `name` are those of the owner the pod names. */
export interface SampleWorkload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly container: string;
  readonly pod: string;
  /** A UUID made out of set, pod and container: the same on every machine. */
  readonly podUid: string;
}

/** What the container was given. Absent means that the source does not tell, or that none is set. */
export interface SampleAllocation {
  readonly cpuRequest?: Cores;
  readonly cpuLimit?: Cores;
  readonly memoryRequest?: Bytes;
  readonly memoryLimit?: Bytes;
}

/**
 * What happened beside usage, one entry a sample of the series. All counts are those of the one step;
 * a consumer that needs counters adds them up.
 */
export interface SampleSteps {
  /** Seconds of the step in which the CPU limit held the container back, 0 to `stepSeconds`. */
  readonly throttledSeconds: Float64Array;
  /** Kills at the memory limit; the container starts again with the next step. */
  readonly oomKills: Uint8Array;
  /** Restarts at the end of the step, those after a kill included. */
  readonly restarts: Uint8Array;
  /** When the container that ran in this step was started, in seconds on the clock of `t`; negative when before the recording. */
  readonly startedAt: Int32Array;
}

/** One container of the sample fleet. */
export interface SampleSeries {
  /** The set's name; `synthetic` for generated ones. */
  readonly set: string;
  readonly isSynthetic: boolean;
  /** Only for generated series. */
  readonly label?: SyntheticLabel;
  readonly workload: SampleWorkload;
  /** Carries `trimtab.dev/sample-set`, and `trimtab.dev/synthetic` = `true` where it was generated. */
  readonly labels: Readonly<Record<string, string>>;
  readonly allocation: SampleAllocation;
  /** Why parts are absent, in words for a screen; a part that is there has no entry. */
  readonly whyMissing: { readonly memory?: string; readonly allocation?: string };
  readonly series: TraceSeries;
  /** Absent where the source tells usage only. */
  readonly steps?: SampleSteps;
}

/** The label that names the set a sample comes from. */
export const SAMPLE_SET_LABEL = 'trimtab.dev/sample-set';
/** The label that marks a generated series. */
export const SYNTHETIC_LABEL = 'trimtab.dev/synthetic';

/** A UUID (version 8: made by a rule of ours) out of any text, the same on every machine. */
export function stableUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
