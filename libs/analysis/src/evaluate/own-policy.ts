import type { DatedDay, DayHour, DaySum } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import { bytes, cores, epochDay, millicores, millicoresToCores } from '@trimtab/units';
import { cpuDemand, memoryDemand } from '../demand/index.ts';
import type { DayWindows, NamedSizes, Policy, PolicyRun } from '../peers/index.ts';
import { Namer, type Plan } from '../recommend/index.ts';

const WINDOW_SECONDS = 300;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const HOURS_PER_DAY = 24;

/** Our own recommendation as a policy: the day sums and the numbers are the ones a workload gets. */
export function trimtabPolicy(plan: Plan): Policy {
  return { name: `trimtab ${plan.preset}`, start: () => new TrimtabRun(plan) };
}

/**
 * The day sum that packing these windows hour by hour would give for one replica with one sample a
 * window, built in one pass. The hours are left unrounded and without their P95, which no analysis
 * reads. Undefined for a day without any reading.
 */
export function sumOfWindows(day: DayWindows): DaySum | undefined {
  const cpu = new Sketch();
  const memory = new Sketch();
  const hours = Array.from({ length: HOURS_PER_DAY }, () => new HourSums());
  let windows = 0;
  for (let slot = 0; slot < day.seconds.length; slot += 1) {
    const cpuCores = day.cpuCores[slot] ?? Number.NaN;
    const memoryBytes = day.memoryBytes[slot] ?? Number.NaN;
    if (Number.isNaN(cpuCores) && Number.isNaN(memoryBytes)) continue;
    const second = (day.seconds[slot] ?? 0) - day.day * DAY_SECONDS;
    hours[Math.floor(second / HOUR_SECONDS)]?.add(cpuCores, memoryBytes);
    if (!Number.isNaN(cpuCores)) cpu.add(cpuCores);
    if (!Number.isNaN(memoryBytes)) memory.add(memoryBytes);
    windows += 1;
  }
  if (windows === 0) return undefined;
  return {
    coveredSeconds: windows * WINDOW_SECONDS,
    replicas: 1,
    ...(cpu.count === 0 ? {} : { cpu, cpuMeans: cpu }),
    ...(memory.count === 0 ? {} : { memory, memoryPeaks: memory }),
    ...(memory.max === undefined ? {} : { memoryMax: bytes(Math.ceil(memory.max)) }),
    hours: hours.map((hour) => hour.toDayHour()),
  };
}

class TrimtabRun implements PolicyRun {
  readonly #cpu: Namer;
  readonly #memory: Namer;

  constructor(plan: Plan) {
    this.#cpu = new Namer(plan, 'cpu');
    this.#memory = new Namer(plan, 'memory');
  }

  observe(day: DayWindows): void {
    const sum = sumOfWindows(day);
    if (sum === undefined) return;
    const dated: DatedDay[] = [{ day: epochDay(day.day), sum }];
    for (const demand of cpuDemand(dated)) this.#cpu.observe(demand);
    for (const demand of memoryDemand(dated)) this.#memory.observe(demand);
  }

  next(): NamedSizes {
    const cpu = this.#cpu.name();
    const memory = this.#memory.name();
    return {
      ...(cpu === undefined ? {} : { cpuCores: millicoresToCores(millicores(cpu.amount)) }),
      ...(memory === undefined ? {} : { memoryBytes: memory.amount }),
    };
  }
}

class HourSums {
  #cpuSum = 0;
  #cpuCount = 0;
  #memoryMax: number | undefined;
  #windows = 0;

  add(cpuCores: number, memoryBytes: number): void {
    this.#windows += 1;
    if (!Number.isNaN(cpuCores)) {
      this.#cpuSum += cpuCores;
      this.#cpuCount += 1;
    }
    if (!Number.isNaN(memoryBytes)) {
      this.#memoryMax = Math.max(this.#memoryMax ?? 0, memoryBytes);
    }
  }

  toDayHour(): DayHour | undefined {
    if (this.#windows === 0) return undefined;
    return {
      ...(this.#cpuCount === 0 ? {} : { cpuMean: cores(this.#cpuSum / this.#cpuCount) }),
      ...(this.#memoryMax === undefined ? {} : { memoryMax: bytes(Math.ceil(this.#memoryMax)) }),
    };
  }
}
