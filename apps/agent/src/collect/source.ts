import type { ContainerKey, ContainerSizes } from '@trimtab/history';
import type { Bytes, Cores, DurationMs, EpochMs } from '@trimtab/units';

/**
 * Where readings come from: a kubelet, the kube-apiserver, a recording. A source reports what it
 * was told and computes nothing; `fold` makes rates and windows of it.
 */
export interface Source {
  /** For log lines and metrics, e.g. `kubelet`. */
  readonly kind: string;
  /**
   * Readings in order of time until the signal is aborted or the source is exhausted. A source that
   * polls yields a reading at every tick, an empty one if nothing could be read: only readings move
   * time on, and so close windows. Failures of a single node, pod or file are the source's to
   * report and survive; what it throws ends the agent's work.
   */
  read(signal: AbortSignal): AsyncIterable<Reading>;
}

/** What a source saw at one moment. How containers are grouped into readings makes no difference. */
export interface Reading {
  /**
   * The moment of the reading. One earlier than the last is accepted up to ten minutes back; one
   * that jumps back further means that the clock was set: open windows are closed and every counter
   * starts anew.
   */
  readonly at: EpochMs;
  /** How far apart this source's readings are meant to be; the configured interval where absent. */
  readonly intervalMs?: DurationMs;
  readonly containers: readonly ContainerReading[];
}

/**
 * One container at one moment. Absent means not measured, never zero. A value that is negative,
 * infinite or not a number is refused, counted and treated as absent.
 */
export interface ContainerReading {
  /** A key with an empty part (but `ownerName`) is refused and counted. */
  readonly key: ContainerKey;
  /** Allow-listed labels only; the last ones seen in a window are reported with it. */
  readonly labels: Readonly<Record<string, string>>;
  /** The last ones seen in a window are reported with it. */
  readonly sizes: ContainerSizes;
  /**
   * When the numbers were taken, where that differs from the reading's own time (cAdvisor repeats a
   * sample until it has a newer one). Less than a second after the container's last sample, it is a
   * repetition: skipped and counted. Before it, it came late: dropped and counted.
   */
  readonly sampledAt?: EpochMs;
  /** When the container last started. A change means that it was restarted and counts from zero again. */
  readonly startedAt?: EpochMs;
  /**
   * CPU used since the container started, in seconds of one core. After a change of `startedAt` it
   * counts from zero; a value that went back without one makes its interval skipped and counted.
   * Where a reading lacks it, the next value begins a new chain.
   */
  readonly cpuSeconds?: number;
  /** In place of the counter: mean CPU over the interval that ends here. Ignored beside `cpuSeconds`. */
  readonly cpuCores?: Cores;
  /** Working set at this moment. */
  readonly memoryBytes?: Bytes;
  /**
   * Time held back by the CPU quota, in seconds, growing. A value that went back counts from zero if
   * `startedAt` changed; otherwise its interval is skipped and counted.
   */
  readonly throttledSeconds?: number;
  /**
   * Kills for lack of memory over the life of this container in its pod, restarts included. The
   * first value only sets the base. A smaller one counts from zero if `startedAt` changed;
   * otherwise it is taken as the new base and counted as a reset. Survives gaps.
   */
  readonly oomKills?: number;
  /** The memory limit at the last of those kills; the limit of `sizes` where absent. */
  readonly oomLimit?: Bytes;
  /** Restarts over the life of this container in its pod; read as `oomKills` is. */
  readonly restarts?: number;
}
