import { type Bytes, bytes, type Cores, cores } from '@trimtab/units';
import { presentFields } from './present.ts';
import type { TrackPoint, UsageWindow } from './types.ts';
import { coveredSeconds, maxMeasured, WINDOWS_PER_HOUR, windowIndex } from './window.ts';

/** Pools windows of one hour into its track: one point for each of the twelve windows that has any cover. */
export function trackOf(windows: readonly UsageWindow[]): TrackPoint[] {
  const points: (TrackPoint | undefined)[] = new Array(WINDOWS_PER_HOUR).fill(undefined);
  for (const window of windows) {
    const point = pointOf(window);
    const other = points[point.index];
    points[point.index] = other === undefined ? point : mergePoints(other, point);
  }
  return points.filter((point) => point !== undefined);
}

/** Adds up two tracks of the same hour. */
export function mergeTracks(a: readonly TrackPoint[], b: readonly TrackPoint[]): TrackPoint[] {
  const byIndex = new Map(a.map((point) => [point.index, point]));
  for (const point of b) {
    const other = byIndex.get(point.index);
    byIndex.set(point.index, other === undefined ? point : mergePoints(other, point));
  }
  return [...byIndex.values()].sort((x, y) => x.index - y.index);
}

/** Container-seconds behind a point's mean; zero where it has none. */
export function cpuSecondsOf(point: TrackPoint): number {
  return point.cpuMean === undefined ? 0 : (point.cpuSeconds ?? point.coveredSeconds);
}

function pointOf(window: UsageWindow): TrackPoint {
  const cpuMean = window.cpu?.mean();
  const cpuPeak = window.cpu?.max;
  const memoryPeak = window.memory?.max;
  return presentFields({
    index: windowIndex(window),
    coveredSeconds: coveredSeconds(window),
    cpuMean: cpuMean === undefined ? undefined : cores(cpuMean),
    cpuPeak: cpuPeak === undefined ? undefined : cores(cpuPeak),
    memoryPeak: memoryPeak === undefined ? undefined : wholeBytes(memoryPeak),
  });
}

/** The next whole byte: sketches of other senders may hold fractions, or values beyond all memory. */
export function wholeBytes(value: number): Bytes {
  return bytes(Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER));
}

function mergePoints(a: TrackPoint, b: TrackPoint): TrackPoint {
  const covered = a.coveredSeconds + b.coveredSeconds;
  const cpuSeconds = cpuSecondsOf(a) + cpuSecondsOf(b);
  return presentFields({
    index: a.index,
    coveredSeconds: covered,
    cpuSeconds: cpuSeconds === 0 || cpuSeconds === covered ? undefined : cpuSeconds,
    cpuMean: meanOf(a, b, cpuSeconds),
    cpuPeak: maxMeasured(a.cpuPeak, b.cpuPeak),
    memoryPeak: maxMeasured(a.memoryPeak, b.memoryPeak),
  });
}

function meanOf(a: TrackPoint, b: TrackPoint, cpuSeconds: number): Cores | undefined {
  if (cpuSeconds === 0) return undefined;
  const total = (a.cpuMean ?? 0) * cpuSecondsOf(a) + (b.cpuMean ?? 0) * cpuSecondsOf(b);
  return cores(total / cpuSeconds);
}
