import { VPA_CPU_BUCKETS, VPA_MEMORY_BUCKETS, VpaHistogram } from './histogram.ts';

const DAY_MS = 86_400_000;
const CPU_SAMPLE_WEIGHT = 0.1;
const MEMORY_PEAK_WEIGHT = 1;
const OOM_LEAST_BUMP_BYTES = 104_857_600;
const OOM_BUMP_RATIO = 1.2;
const MILLICORES_PER_CORE = 1000;

/** What VPA knows of one container name over all the pods that share it. */
export class VpaAggregate {
  readonly cpu = new VpaHistogram(VPA_CPU_BUCKETS, DAY_MS);
  readonly memory = new VpaHistogram(VPA_MEMORY_BUCKETS, DAY_MS);
  /** Times of the first and last CPU sample, milliseconds since 1970; undefined before the first. */
  firstSampleMs: number | undefined;
  lastSampleMs: number | undefined;
  /** CPU samples taken. */
  count = 0;

  /** Adds a CPU sample in cores. */
  addCpu(cpuCores: number, timeMs: number): void {
    this.cpu.add(cpuCores, CPU_SAMPLE_WEIGHT, timeMs);
    this.firstSampleMs = Math.min(this.firstSampleMs ?? timeMs, timeMs);
    this.lastSampleMs = Math.max(this.lastSampleMs ?? timeMs, timeMs);
    this.count += 1;
  }

  /** Adds all of another aggregate, as VPA does with the pods of several rollouts. */
  merge(other: VpaAggregate): void {
    this.cpu.merge(other.cpu);
    this.memory.merge(other.memory);
    if (other.firstSampleMs === undefined || other.lastSampleMs === undefined) return;
    this.firstSampleMs = Math.min(this.firstSampleMs ?? other.firstSampleMs, other.firstSampleMs);
    this.lastSampleMs = Math.max(this.lastSampleMs ?? other.lastSampleMs, other.lastSampleMs);
    this.count += other.count;
  }
}

/**
 * One container of one pod: decides which samples enter the aggregate. CPU: every newer sample.
 * Memory: the peak of each 24 h since the instance's first sample, corrected while its window lasts.
 * Kept as it is in VPA: where a window's peak so far is zero, a higher value is not taken.
 */
export class VpaInstance {
  readonly #aggregate: VpaAggregate;
  #lastCpuMs = Number.NEGATIVE_INFINITY;
  #lastMemoryMs: number | undefined;
  #windowEndMs = 0;
  #memoryPeakBytes = 0;
  #oomPeakBytes = 0;

  constructor(aggregate: VpaAggregate) {
    this.#aggregate = aggregate;
  }

  /** Takes a CPU sample; one that is negative or not newer than the last is dropped. */
  addCpu(cpuMillicores: number, timeMs: number): void {
    if (cpuMillicores < 0 || timeMs <= this.#lastCpuMs) return;
    this.#lastCpuMs = timeMs;
    this.#aggregate.addCpu(cpuMillicores / MILLICORES_PER_CORE, timeMs);
  }

  /** Takes a memory sample; one that is negative or older than the last is dropped. */
  addMemory(memoryBytes: number, timeMs: number): void {
    this.#add({ memoryBytes, timeMs, isOom: false });
  }

  /** Takes an OOM kill: what is learnt grows from the pod's REQUEST or the window's peak, not from its limit. */
  addOomKill(requestBytes: number, timeMs: number): void {
    if (this.#lastMemoryMs !== undefined && timeMs < this.#lastMemoryMs - DAY_MS) return;
    const used = Math.max(requestBytes, this.#memoryPeakBytes);
    const byRatio = Math.trunc(used * OOM_BUMP_RATIO);
    const memoryBytes = Math.max(used + OOM_LEAST_BUMP_BYTES, byRatio);
    this.#add({ memoryBytes, timeMs, isOom: true });
  }

  #add(sample: { memoryBytes: number; timeMs: number; isOom: boolean }): void {
    const { memoryBytes, timeMs, isOom } = sample;
    const isOlder = this.#lastMemoryMs !== undefined && timeMs < this.#lastMemoryMs;
    if (memoryBytes < 0 || (isOlder && !isOom)) return;
    if (this.#lastMemoryMs === undefined) this.#windowEndMs = timeMs;
    this.#lastMemoryMs = timeMs;
    if (timeMs < this.#windowEndMs) {
      const peak = Math.max(this.#memoryPeakBytes, this.#oomPeakBytes);
      if (peak === 0 || memoryBytes <= peak) return;
      this.#aggregate.memory.subtract(peak, MEMORY_PEAK_WEIGHT, this.#windowEndMs);
    } else {
      const whole = Math.floor((timeMs - this.#windowEndMs) / DAY_MS);
      this.#windowEndMs += (whole + 1) * DAY_MS;
      this.#memoryPeakBytes = 0;
      this.#oomPeakBytes = 0;
    }
    this.#aggregate.memory.add(memoryBytes, MEMORY_PEAK_WEIGHT, this.#windowEndMs);
    if (isOom) this.#oomPeakBytes = memoryBytes;
    else this.#memoryPeakBytes = memoryBytes;
  }
}
