import { AnalysisError } from '../errors.ts';
import type { DayWindows } from '../peers/index.ts';

const WINDOW_SECONDS = 300;
const DAY_SECONDS = 86_400;

/** One container's recorded usage, as trace files hold it. */
export interface UsageSeries {
  readonly id: string;
  /** Seconds between samples. Finer than 300 is folded into windows; coarser samples are windows themselves. */
  readonly stepSeconds: number;
  /** Seconds since the series' first sample, strictly rising from 0. */
  readonly t: Int32Array;
  /** CPU in cores, memory in bytes; NaN where not measured. */
  readonly cpuCores: Float64Array;
  readonly memoryBytes: Float64Array;
}

/** A day in windows, with the share of its samples that are there (0 to 1) for each resource. */
export interface SeriesDay extends DayWindows {
  readonly cpuCover: number;
  readonly memoryCover: number;
}

/** Length of the series' windows: five minutes, or its step where that is longer. */
export function windowSecondsOf(series: UsageSeries): number {
  return Math.max(WINDOW_SECONDS, series.stepSeconds);
}

/**
 * Cuts a series into whole days of its own clock, empty days included. Samples finer than five
 * minutes are folded into windows: CPU to the mean of the measured ones, memory to their peak.
 * A series that is not in order: AnalysisError TT_ANALYSIS_BAD_SERIES.
 */
export function daysOf(series: UsageSeries): SeriesDay[] {
  checkSeries(series);
  const windows = series.stepSeconds < WINDOW_SECONDS ? folded(series) : series;
  const days: SeriesDay[] = [];
  const perDay = DAY_SECONDS / series.stepSeconds;
  let raw = 0;
  let from = 0;
  for (let day = 0; raw < series.t.length; day += 1) {
    const end = (day + 1) * DAY_SECONDS;
    let to = from;
    while (to < windows.t.length && (windows.t[to] ?? 0) < end) to += 1;
    const rawFrom = raw;
    while (raw < series.t.length && (series.t[raw] ?? 0) < end) raw += 1;
    days.push({
      day,
      seconds: windows.t.subarray(from, to),
      cpuCores: windows.cpuCores.subarray(from, to),
      memoryBytes: windows.memoryBytes.subarray(from, to),
      cpuCover: measured(series.cpuCores, rawFrom, raw) / perDay,
      memoryCover: measured(series.memoryBytes, rawFrom, raw) / perDay,
    });
    from = to;
  }
  return days;
}

function checkSeries(series: UsageSeries): void {
  const { t, cpuCores, memoryBytes, stepSeconds, id } = series;
  if (!(stepSeconds > 0 && Number.isInteger(stepSeconds))) {
    throw badSeries(id, `a step of ${stepSeconds} s; expected a whole number of seconds above 0`);
  }
  if (cpuCores.length !== t.length || memoryBytes.length !== t.length) {
    throw badSeries(id, 'columns of different length; expected one value a sample in each');
  }
  for (let slot = 0; slot < t.length; slot += 1) {
    const previous = slot === 0 ? -1 : (t[slot - 1] ?? 0);
    if ((t[slot] ?? 0) <= previous) {
      throw badSeries(id, `t ${t[slot]} after ${previous}; expected rising seconds from 0`);
    }
  }
}

function folded(series: UsageSeries): UsageSeries {
  const starts: number[] = [];
  const cpu: number[] = [];
  const memory: number[] = [];
  let slot = 0;
  while (slot < series.t.length) {
    const start = Math.floor((series.t[slot] ?? 0) / WINDOW_SECONDS) * WINDOW_SECONDS;
    let sum = 0;
    let count = 0;
    let peak = Number.NaN;
    for (; slot < series.t.length && (series.t[slot] ?? 0) < start + WINDOW_SECONDS; slot += 1) {
      const cores = series.cpuCores[slot] ?? Number.NaN;
      const bytes = series.memoryBytes[slot] ?? Number.NaN;
      if (!Number.isNaN(cores)) {
        sum += cores;
        count += 1;
      }
      if (!Number.isNaN(bytes)) peak = Number.isNaN(peak) ? bytes : Math.max(peak, bytes);
    }
    starts.push(start);
    cpu.push(count > 0 ? sum / count : Number.NaN);
    memory.push(peak);
  }
  return {
    ...series,
    t: Int32Array.from(starts),
    cpuCores: Float64Array.from(cpu),
    memoryBytes: Float64Array.from(memory),
  };
}

function measured(values: Float64Array, from: number, to: number): number {
  let count = 0;
  for (let slot = from; slot < to; slot += 1) if (!Number.isNaN(values[slot])) count += 1;
  return count;
}

function badSeries(id: string, found: string): AnalysisError {
  return new AnalysisError('TT_ANALYSIS_BAD_SERIES', `series ${id}: found ${found}`);
}
