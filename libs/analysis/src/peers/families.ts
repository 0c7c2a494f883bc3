import { AUTOPILOT_CPU, AUTOPILOT_MEMORY, AutopilotWindow } from './autopilot.ts';
import type { DayWindows, PeerFamily, PeerFamilyRun, Resource } from './day-windows.ts';
import { sortedMeasured, valuesOf } from './day-windows.ts';
import { interpolatedQuantile, mergeSorted, removeSorted } from './order.ts';
import { VpaAggregate } from './vpa/aggregate.ts';

const KRR_DAYS = 14;
const MS_PER_SECOND = 1000;
const DAY_MS = 86_400_000;
/** A day misses where more than this share of its windows lies above the request. */
const WINDOWS_ABOVE_ALLOWED = 0.05;

/** VPA's decayed histograms, one member a percentile (0 to 1). Windows count as its samples. */
export function vpaFamily(resource: Resource, percentiles: readonly number[]): PeerFamily {
  return {
    members: percentiles.map((share) => `VPA P${percent(share)}`),
    start: () => new VpaRun(resource, percentiles),
  };
}

/** KRR's flat window of 14 days: one member a percentile (0 to 1); 1 is its rule for memory. */
export function krrFamily(resource: Resource, percentiles: readonly number[]): PeerFamily {
  return {
    members: percentiles.map((share) => `KRR P${percent(share)}`),
    start: () => new KrrRun(resource, percentiles),
  };
}

/** The highest daily demand of the last k days, one member a k. */
export function maxOfDaysFamily(resource: Resource, days: readonly number[]): PeerFamily {
  return {
    members: days.map((count) => `max of ${count} d`),
    start: () => new MaxOfDaysRun(resource, days),
  };
}

/** Autopilot's moving window before its margin, a single member. */
export function autopilotFamily(resource: Resource): PeerFamily {
  return { members: ['Autopilot window'], start: () => new AutopilotRun(resource) };
}

/**
 * The smallest request that would not have missed a day. CPU: at most 5 % of the windows lie above
 * it. Memory: none does. Takes the day's measured values in rising order; undefined for none.
 */
export function demandOf(sorted: Float64Array, resource: Resource): number | undefined {
  const allowed = resource === 'cpu' ? Math.floor(WINDOWS_ABOVE_ALLOWED * sorted.length) : 0;
  return sorted[sorted.length - 1 - allowed];
}

class VpaRun implements PeerFamilyRun {
  readonly #resource: Resource;
  readonly #percentiles: readonly number[];
  readonly #aggregate = new VpaAggregate();

  constructor(resource: Resource, percentiles: readonly number[]) {
    this.#resource = resource;
    this.#percentiles = percentiles;
  }

  observe(day: DayWindows): void {
    if (this.#resource === 'cpu') this.#addCpu(day);
    else this.#addMemory(day);
  }

  bases(): Float64Array {
    const histogram = this.#resource === 'cpu' ? this.#aggregate.cpu : this.#aggregate.memory;
    return Float64Array.from(this.#percentiles, (share) =>
      histogram.isEmpty ? Number.NaN : histogram.percentile(share),
    );
  }

  #addCpu(day: DayWindows): void {
    for (let slot = 0; slot < day.cpuCores.length; slot += 1) {
      const value = day.cpuCores[slot] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      this.#aggregate.addCpu(value, (day.seconds[slot] ?? 0) * MS_PER_SECOND);
    }
  }

  /**
   * The day's peak, stamped with the day's end as VPA does. Its habit of losing the peak of a day
   * that begins with a reading of zero is left out: on traces it would judge the readings, not the method.
   */
  #addMemory(day: DayWindows): void {
    const peak = demandOf(sortedMeasured(day, 'memory'), 'memory');
    if (peak !== undefined) this.#aggregate.memory.add(peak, 1, (day.day + 1) * DAY_MS);
  }
}

class KrrRun implements PeerFamilyRun {
  readonly #resource: Resource;
  readonly #percentiles: readonly number[];
  readonly #days: Float64Array[] = [];
  #window: Float64Array = new Float64Array(0);

  constructor(resource: Resource, percentiles: readonly number[]) {
    this.#resource = resource;
    this.#percentiles = percentiles;
  }

  observe(day: DayWindows): void {
    const sorted = sortedMeasured(day, this.#resource);
    this.#days.push(sorted);
    this.#window = mergeSorted(this.#window, sorted);
    if (this.#days.length <= KRR_DAYS) return;
    const oldest = this.#days.shift();
    if (oldest !== undefined) this.#window = removeSorted(this.#window, oldest);
  }

  bases(): Float64Array {
    return Float64Array.from(this.#percentiles, (share) =>
      this.#window.length === 0 ? Number.NaN : interpolatedQuantile(this.#window, share),
    );
  }
}

class MaxOfDaysRun implements PeerFamilyRun {
  readonly #resource: Resource;
  readonly #counts: readonly number[];
  readonly #demands: (number | undefined)[] = [];

  constructor(resource: Resource, counts: readonly number[]) {
    this.#resource = resource;
    this.#counts = counts;
  }

  observe(day: DayWindows): void {
    this.#demands.push(demandOf(sortedMeasured(day, this.#resource), this.#resource));
  }

  bases(): Float64Array {
    return Float64Array.from(this.#counts, (count) => {
      const seen = this.#demands.slice(-count).filter((demand) => demand !== undefined);
      return seen.length === 0 ? Number.NaN : Math.max(...seen);
    });
  }
}

class AutopilotRun implements PeerFamilyRun {
  readonly #resource: Resource;
  readonly #window: AutopilotWindow;

  constructor(resource: Resource) {
    this.#resource = resource;
    const options = resource === 'cpu' ? AUTOPILOT_CPU : AUTOPILOT_MEMORY;
    this.#window = new AutopilotWindow({ ...options, margin: 0 });
  }

  observe(day: DayWindows): void {
    const values = valuesOf(day, this.#resource);
    for (let slot = 0; slot < values.length; slot += 1) {
      const value = values[slot] ?? Number.NaN;
      if (!Number.isNaN(value)) this.#window.add(value, day.seconds[slot] ?? 0);
    }
  }

  bases(): Float64Array {
    return Float64Array.of(this.#window.recommend() ?? Number.NaN);
  }
}

function percent(share: number): string {
  return String(Number((share * 100).toFixed(2)));
}
