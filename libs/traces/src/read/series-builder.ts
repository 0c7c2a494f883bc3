import type { TraceSeries } from '../series.ts';

const FIRST_CAPACITY = 1024;

/** Gathers the samples of one series in columns that double as they fill. */
export class SeriesBuilder {
  readonly id: string;
  /** Time of the last sample; -1 before the first. */
  lastT = -1;
  #length = 0;
  #t = new Int32Array(FIRST_CAPACITY);
  #cpuCores = new Float64Array(FIRST_CAPACITY);
  #memoryBytes = new Float64Array(FIRST_CAPACITY);

  constructor(id: string) {
    this.id = id;
  }

  /** Adds a sample; the caller has checked that `t` rises. */
  add(t: number, cpuCores: number, memoryBytes: number): void {
    if (this.#length === this.#t.length) {
      this.#grow();
    }
    this.#t[this.#length] = t;
    this.#cpuCores[this.#length] = cpuCores;
    this.#memoryBytes[this.#length] = memoryBytes;
    this.#length += 1;
    this.lastT = t;
  }

  /** The greatest span that divides every `t`; 0 when that cannot be told (fewer than two samples). */
  commonStep(): number {
    let step = 0;
    for (let index = 0; index < this.#length; index += 1) {
      step = greatestCommonDivisor(this.#t[index] ?? 0, step);
    }
    return this.#length < 2 ? 0 : step;
  }

  /** The finished series; the builder is not used afterwards. */
  build(stepSeconds: number): TraceSeries {
    return {
      id: this.id,
      stepSeconds,
      t: this.#t.slice(0, this.#length),
      cpuCores: this.#cpuCores.slice(0, this.#length),
      memoryBytes: this.#memoryBytes.slice(0, this.#length),
    };
  }

  #grow(): void {
    const capacity = this.#t.length * 2;
    const t = new Int32Array(capacity);
    const cpuCores = new Float64Array(capacity);
    const memoryBytes = new Float64Array(capacity);
    t.set(this.#t);
    cpuCores.set(this.#cpuCores);
    memoryBytes.set(this.#memoryBytes);
    this.#t = t;
    this.#cpuCores = cpuCores;
    this.#memoryBytes = memoryBytes;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
