import type { ContainerReading } from '@trimtab/agent';
import type { ContainerKey, ContainerSizes } from '@trimtab/history';
import type { SampleSeries } from '@trimtab/traces';
import {
  bytes,
  cores,
  coresToMillicores,
  DAY_MS,
  type EpochMs,
  epochMs,
  SECOND_MS,
} from '@trimtab/units';

/**
 * Walks one recorded series on the calendar. Sample `t` covers `t` to `t + step`, so it is read at the end
 * of its step. The series' own days become UTC days and its last day ends at `end`.
 */
export class SeriesCursor {
  readonly #sample: SampleSeries;
  readonly #key: ContainerKey;
  readonly #sizes: ContainerSizes;
  readonly #startMs: number;
  #next = 0;
  #throttledSeconds = 0;
  #oomKills = 0;
  #restarts = 0;

  constructor(sample: SampleSeries, end: EpochMs) {
    this.#sample = sample;
    this.#key = keyOf(sample);
    this.#sizes = sizesOf(sample);
    this.#startMs = startOf(sample, end);
  }

  /** The moment at which the next sample is read; undefined at the end. */
  get nextAt(): number | undefined {
    const { t, stepSeconds } = this.#sample.series;
    const seconds = t[this.#next];
    return seconds === undefined ? undefined : this.#startMs + (seconds + stepSeconds) * SECOND_MS;
  }

  /** The next sample as a container's reading, counters added up to here. */
  take(): ContainerReading {
    const i = this.#next;
    this.#next += 1;
    this.#count(i);
    const { series, labels } = this.#sample;
    const cpu = series.cpuCores[i];
    const memory = series.memoryBytes[i];
    return {
      key: this.#key,
      labels,
      sizes: this.#sizes,
      ...(cpu === undefined || Number.isNaN(cpu) ? {} : { cpuCores: cores(cpu) }),
      ...(memory === undefined || Number.isNaN(memory) ? {} : { memoryBytes: bytes(memory) }),
      ...this.#events(i),
    };
  }

  /** Passes over samples read before `from`; their counts are kept. */
  skipTo(from: EpochMs): void {
    for (let at = this.nextAt; at !== undefined && at < from; at = this.nextAt) {
      this.#count(this.#next);
      this.#next += 1;
    }
  }

  #count(i: number): void {
    const steps = this.#sample.steps;
    if (steps === undefined) return;
    this.#throttledSeconds += steps.throttledSeconds[i] ?? 0;
    this.#oomKills += steps.oomKills[i] ?? 0;
    this.#restarts += steps.restarts[i] ?? 0;
  }

  #events(i: number): Partial<ContainerReading> {
    const steps = this.#sample.steps;
    if (steps === undefined) return {};
    return {
      startedAt: epochMs(this.#startMs + (steps.startedAt[i] ?? 0) * SECOND_MS),
      throttledSeconds: this.#throttledSeconds,
      oomKills: this.#oomKills,
      restarts: this.#restarts,
    };
  }
}

function keyOf({ workload }: SampleSeries): ContainerKey {
  return {
    namespace: workload.namespace,
    ownerKind: workload.kind,
    ownerName: workload.name,
    podName: workload.pod,
    podUid: workload.podUid,
    container: workload.container,
  };
}

function sizesOf({ allocation }: SampleSeries): ContainerSizes {
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = allocation;
  return {
    ...(cpuRequest === undefined ? {} : { cpuRequest: coresToMillicores(cpuRequest) }),
    ...(cpuLimit === undefined ? {} : { cpuLimit: coresToMillicores(cpuLimit) }),
    ...(memoryRequest === undefined ? {} : { memoryRequest }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  };
}

/** Moment of `t` = 0, a UTC midnight: the series' days, the last one counted whole, end at `end`. */
function startOf({ series }: SampleSeries, end: EpochMs): number {
  const lengthMs = ((series.t.at(-1) ?? 0) + series.stepSeconds) * SECOND_MS;
  return end - Math.ceil(lengthMs / DAY_MS) * DAY_MS;
}
