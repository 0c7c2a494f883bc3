/**
 * One recorded series: a container, task, pod or machine. The three arrays have one entry a sample and
 * are sorted by `t`. The sample at `t` covers `t` to `t + stepSeconds`; a missing sample is a missing
 * entry, never a zero.
 */
export interface TraceSeries {
  readonly id: string;
  /** Seconds between samples; every `t` is a multiple of it. */
  readonly stepSeconds: number;
  /** Whole seconds on the recording's own clock, at least 0, strictly increasing. */
  readonly t: Int32Array;
  /** CPU used, mean over the step, in cores. */
  readonly cpuCores: Float64Array;
  /** Memory in use, in bytes; NaN where the source has none. */
  readonly memoryBytes: Float64Array;
}

/** The columns of a trace file, in the order in which they are written. */
export const TRACE_COLUMNS = ['series', 't', 'cpu_cores', 'memory_bytes'] as const;
