/** The resources a policy sizes. */
export type Resource = 'cpu' | 'memory';

/** One day of one series in 5-minute windows, as every policy under test sees it. */
export interface DayWindows {
  /** Days since the start of the series' own clock, from 0. */
  readonly day: number;
  /** Start of each window in seconds of that clock: rising, multiples of 300, inside the day. */
  readonly seconds: Int32Array;
  /** Mean CPU of each window in cores; NaN where not measured. */
  readonly cpuCores: Float64Array;
  /** Peak memory of each window in bytes; NaN where not measured. */
  readonly memoryBytes: Float64Array;
}

/**
 * What a policy would request for the next day, CPU in cores; memory request = limit, in bytes.
 * Absent where it names nothing.
 */
export interface NamedSizes {
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
}

/** One run of a policy over one series. It sees the days one after another, empty ones included. */
export interface PolicyRun {
  /** Shows the next day. Days come in order and without holes. */
  observe(day: DayWindows): void;
  /** The numbers for the day after the last one shown. */
  next(): NamedSizes;
}

/** A way of sizing that can be replayed: `start` gives a fresh run for the series of that id. */
export interface Policy {
  readonly name: string;
  start(id: string): PolicyRun;
}

/**
 * A family of peers that share one state, before any margin: one value a member, such as one
 * percentile each. The evaluator finds the margin each member needs at a given miss rate.
 */
export interface PeerFamily {
  readonly members: readonly string[];
  start(): PeerFamilyRun;
}

/** One run of a family over one series and resource. */
export interface PeerFamilyRun {
  observe(day: DayWindows): void;
  /** Values in the members' order, cores or bytes; NaN where a member names nothing. */
  bases(): Float64Array;
}

/** The values of one resource; NaN where not measured. */
export function valuesOf(day: DayWindows, resource: Resource): Float64Array {
  return resource === 'cpu' ? day.cpuCores : day.memoryBytes;
}

/** The measured values of one resource in rising order, in a fresh array. */
export function sortedMeasured(day: DayWindows, resource: Resource): Float64Array {
  const sorted = valuesOf(day, resource).slice().sort();
  // A typed array's own sort puts NaN last.
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count -= 1;
  return sorted.subarray(0, count);
}
