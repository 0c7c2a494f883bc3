import { Sketch } from '@trimtab/sketch';
import { hourOf } from '@trimtab/units';
import { badInput } from './errors.ts';
import { presentFields } from './present.ts';
import { mergeSpreads, spreadOf } from './replica-spread.ts';
import { mergeTracks, trackOf } from './track.ts';
import type { HourContent, UsageWindow } from './types.ts';
import {
  addMeasured,
  checkHour,
  coveredSeconds,
  maxMeasured,
  mergedSketch,
  unionWindows,
} from './window.ts';

/** One pod's windows of an hour. */
export interface PodWindows {
  readonly podUid: string;
  /** What it is told apart by over the days; its uid where absent. */
  readonly podName?: string;
  readonly windows: readonly UsageWindow[];
}

/**
 * Pools one UTC hour of one workload container over its pods. A pod named twice is one pod; a window
 * named twice within it is joined as `unionWindows` does. No window at all, windows of different hours
 * or off the grid: HistoryError TT_HISTORY_BAD_INPUT.
 */
export function hourOfPods(pods: readonly PodWindows[]): HourContent {
  const byPod = windowsByPod(pods);
  const perPod = [...byPod.values()];
  const windows = perPod.flatMap((pod) => pod.windows);
  return presentFields({
    coveredSeconds: sumOf(windows, coveredSeconds),
    replicas: byPod.size,
    cpu: pooled(windows.map((window) => window.cpu)),
    cpuMeans: sketchOf(windows.map((window) => window.cpu?.mean())),
    memory: pooled(windows.map((window) => window.memory)),
    memoryPeaks: sketchOf(windows.map((window) => window.memory?.max)),
    startupCpu: pooled(windows.map((window) => window.startupCpu)),
    throttledSeconds: windows
      .map((window) => window.throttledSeconds)
      .reduce(addMeasured, undefined),
    oomKills: windows.map((window) => window.oomKills).reduce(addMeasured, undefined),
    oomLimit: windows.map((window) => window.oomLimit).reduce(maxMeasured, undefined),
    restarts: windows.map((window) => window.restarts).reduce(addMeasured, undefined),
    track: trackOf(windows),
    spread: spreadOf(perPod),
  });
}

/**
 * Adds up two parts of the same hour of the same workload container: exact and order-free but for the
 * last bits of sums and the rounding that the track went through when it was stored. Pods are not kept,
 * so the two parts may have seen the same ones: `replicas` is the greater of the two counts, never the sum.
 * The spread is merged as `mergeSpreads` says; two parts that saw one pod each stay without one.
 */
export function mergeHours(a: HourContent, b: HourContent): HourContent {
  return presentFields({
    coveredSeconds: a.coveredSeconds + b.coveredSeconds,
    replicas: Math.max(a.replicas, b.replicas),
    cpu: mergedSketch(a.cpu, b.cpu),
    cpuMeans: mergedSketch(a.cpuMeans, b.cpuMeans),
    memory: mergedSketch(a.memory, b.memory),
    memoryPeaks: mergedSketch(a.memoryPeaks, b.memoryPeaks),
    startupCpu: mergedSketch(a.startupCpu, b.startupCpu),
    throttledSeconds: addMeasured(a.throttledSeconds, b.throttledSeconds),
    oomKills: addMeasured(a.oomKills, b.oomKills),
    oomLimit: maxMeasured(a.oomLimit, b.oomLimit),
    restarts: addMeasured(a.restarts, b.restarts),
    track: mergeTracks(a.track, b.track),
    spread: mergeSpreads(a, b),
  });
}

/** All values of several sketches in a new one; undefined where none has any. */
export function pooled(sketches: readonly (Sketch | undefined)[]): Sketch | undefined {
  let pool: Sketch | undefined;
  for (const sketch of sketches) {
    if (sketch === undefined || sketch.count === 0) continue;
    if (pool === undefined) pool = sketch.clone();
    else pool.merge(sketch);
  }
  return pool;
}

interface NamedPod {
  readonly podName: string;
  readonly windows: UsageWindow[];
}

function windowsByPod(pods: readonly PodWindows[]): Map<string, NamedPod> {
  const first = pods.flatMap((pod) => pod.windows)[0];
  if (first === undefined) {
    throw badInput(
      'found no window; expected at least one: an hour without windows does not exist',
    );
  }
  const hour = hourOf(first.start);
  const byPod = new Map<string, NamedPod>();
  for (const { podUid, podName = podUid, windows } of pods) {
    if (windows.length === 0) continue;
    for (const window of windows) checkHour(window, hour);
    const before = byPod.get(podUid)?.windows ?? [];
    byPod.set(podUid, { podName, windows: [...before, ...windows] });
  }
  for (const [podUid, { podName, windows }] of byPod) {
    byPod.set(podUid, { podName, windows: withoutRepeats(windows) });
  }
  return byPod;
}

/** In order of start; windows of the same start are joined, earliest seconds first so that gaps can be filled. */
function withoutRepeats(windows: readonly UsageWindow[]): UsageWindow[] {
  const sorted = [...windows].sort((a, b) => a.start - b.start || a.fromSecond - b.fromSecond);
  const kept: UsageWindow[] = [];
  for (const window of sorted) {
    const last = kept.at(-1);
    if (last?.start === window.start) kept[kept.length - 1] = unionWindows(last, window).window;
    else kept.push(window);
  }
  return kept;
}

function sketchOf(values: readonly (number | undefined)[]): Sketch | undefined {
  const measured = values.filter((value) => value !== undefined);
  return measured.length === 0 ? undefined : Sketch.of(measured);
}

function sumOf(windows: readonly UsageWindow[], measure: (window: UsageWindow) => number): number {
  return windows.reduce((sum, window) => sum + measure(window), 0);
}
