/**
 * How the pods of one hour differ: five points of each measure, and the hottest pods by name.
 *
 * Kept are the four pods with the most CPU and the four with the most memory. Ranks by a pod's own
 * value stay true under merging: the top four of two parts that saw different pods are among the top
 * four of either. A rank against the median would not, since the median moves.
 *
 * Every value is rounded to its bucket when it is made, so an hour means the same before and after it
 * was stored.
 */
import { type Bytes, bytes, type Cores, cores } from '@trimtab/units';
import { roundToBucket, roundToWholeBucket } from './bucket-code.ts';
import { presentFields } from './present.ts';
import { wholeBytes } from './track.ts';
import type { FivePoints, HotPod, HourContent, ReplicaSpread, UsageWindow } from './types.ts';
import { coveredSeconds, maxMeasured } from './window.ts';

/** Pods kept of each of the two ranks: at most twice as many in all. */
const HOTTEST_BY_RANK = 4;
/** Most pods that a spread names. */
export const MOST_HOT_PODS = 2 * HOTTEST_BY_RANK;
const SHARES = [0, 0.25, 0.5, 0.75, 1] as const;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** One pod's windows of an hour, each once. */
export interface WindowsOfPod {
  readonly podName: string;
  readonly windows: readonly UsageWindow[];
}

/**
 * The 32-bit FNV-1a hash under which a pod is remembered: the same name gives the same number on every
 * day and machine. Of 1,000 pods any two share one in 1 case of 8,600.
 */
export function podNameHash(podName: string): number {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(podName)) {
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  return hash >>> 0;
}

/**
 * The spread of several pods; undefined of fewer than two, and where nothing was measured. Pods of the
 * same name (one was made anew) count each in the points, together among the hottest.
 */
export function spreadOf(pods: readonly WindowsOfPod[]): ReplicaSpread | undefined {
  if (pods.length < 2) return undefined;
  const measured = pods.map(measuresOf);
  const hottest = hottestOf(measured);
  if (hottest.length === 0) return undefined;
  return presentFields({
    cpuMeans: pointsOf(measured.map((pod) => pod.cpuMean)),
    cpuWindowPeaks: pointsOf(measured.map((pod) => pod.cpuWindowPeak)),
    memoryPeaks: pointsOf(measured.map((pod) => pod.memoryPeak)),
    hottest,
  });
}

/**
 * Joins the spreads of two parts of the same hour; order does not matter. Where neither saw several
 * pods there is none.
 *
 * - A pod that both name is joined: means weighted by cover, the greater of the peaks.
 * - The hottest are exact where the parts saw different pods and each of them several. The pod of a
 *   part that saw only one has no name any more and cannot be among them.
 * - Least and greatest are those of both. They are exact for different pods; for the same pods they
 *   enclose the true ones.
 * - Of the three points between the true one lies between the two told for different pods, and so does
 *   what is kept: their mean, weighted by replicas.
 */
export function mergeSpreads(a: HourContent, b: HourContent): ReplicaSpread | undefined {
  if (a.spread === undefined && b.spread === undefined) return undefined;
  const [one, other] = [a.spread ?? spreadOfOnly(a), b.spread ?? spreadOfOnly(b)];
  const weights = [a.replicas, b.replicas] as const;
  return presentFields({
    cpuMeans: mergePoints(one.cpuMeans, other.cpuMeans, weights, roundCores),
    cpuWindowPeaks: mergePoints(one.cpuWindowPeaks, other.cpuWindowPeaks, weights, roundCores),
    memoryPeaks: mergePoints(one.memoryPeaks, other.memoryPeaks, weights, roundBytes),
    hottest: hottestOf([...one.hottest, ...other.hottest]),
  });
}

/** Five points, each from its place, 0 to 4. */
export function fivePoints<Unit extends number>(at: (place: number) => Unit): FivePoints<Unit> {
  return [at(0), at(1), at(2), at(3), at(4)];
}

/** The pods that are kept of a list in which a pod may stand twice; also used for the days. */
export function topOfBothRanks<Pod extends { readonly pod: number }>(
  pods: readonly Pod[],
  cpu: (pod: Pod) => number | undefined,
  memory: (pod: Pod) => number | undefined,
): Pod[] {
  const kept = new Set([...topBy(pods, cpu), ...topBy(pods, memory)]);
  return [...kept].sort((a, b) => a.pod - b.pod);
}

function measuresOf({ podName, windows }: WindowsOfPod): HotPod {
  const covered = windows.reduce((sum, window) => sum + coveredSeconds(window), 0);
  let cpuSum = 0;
  let cpuSeconds = 0;
  let windowPeak: number | undefined;
  let memoryPeak: number | undefined;
  for (const window of windows) {
    const mean = window.cpu?.mean();
    memoryPeak = maxMeasured(memoryPeak, window.memory?.max);
    if (mean === undefined) continue;
    cpuSum += mean * coveredSeconds(window);
    cpuSeconds += coveredSeconds(window);
    windowPeak = maxMeasured(windowPeak, mean);
  }
  return presentFields({
    pod: podNameHash(podName),
    coveredSeconds: covered,
    cpuMean: cpuSeconds === 0 ? undefined : roundCores(cpuSum / cpuSeconds),
    cpuWindowPeak: windowPeak === undefined ? undefined : roundCores(windowPeak),
    memoryPeak: memoryPeak === undefined ? undefined : roundBytes(memoryPeak),
  });
}

/** What a part that saw one pod says of it: five times the same. */
function spreadOfOnly(content: HourContent): ReplicaSpread {
  const [mean, peak] = [content.cpu?.mean(), content.cpuMeans?.max];
  const memory = content.memory?.max;
  return presentFields({
    cpuMeans: mean === undefined ? undefined : fivePoints(() => roundCores(mean)),
    cpuWindowPeaks: peak === undefined ? undefined : fivePoints(() => roundCores(peak)),
    memoryPeaks: memory === undefined ? undefined : fivePoints(() => roundBytes(memory)),
    hottest: [],
  });
}

function pointsOf<Unit extends number>(
  values: readonly (Unit | undefined)[],
): FivePoints<Unit> | undefined {
  const sorted = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  const [least] = sorted;
  if (least === undefined) return undefined;
  return fivePoints((place) => {
    const rank = Math.ceil((SHARES[place] ?? 0) * sorted.length);
    return sorted[Math.max(0, rank - 1)] ?? least;
  });
}

function mergePoints<Unit extends number>(
  a: FivePoints<Unit> | undefined,
  b: FivePoints<Unit> | undefined,
  [weightA, weightB]: readonly [number, number],
  round: (value: number) => Unit,
): FivePoints<Unit> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return fivePoints((place) => {
    const [x = 0, y = 0] = [a[place], b[place]];
    if (place === 0) return round(Math.min(x, y));
    if (place === SHARES.length - 1) return round(Math.max(x, y));
    return round((x * weightA + y * weightB) / (weightA + weightB));
  });
}

function hottestOf(pods: readonly HotPod[]): HotPod[] {
  const byPod = new Map<number, HotPod>();
  for (const pod of pods) {
    const known = byPod.get(pod.pod);
    byPod.set(pod.pod, known === undefined ? pod : mergePods(known, pod));
  }
  return topOfBothRanks(
    [...byPod.values()],
    (pod) => pod.cpuMean,
    (pod) => pod.memoryPeak,
  );
}

function mergePods(a: HotPod, b: HotPod): HotPod {
  return presentFields({
    pod: a.pod,
    coveredSeconds: a.coveredSeconds + b.coveredSeconds,
    cpuMean: mergeMeans(a, b),
    cpuWindowPeak: maxMeasured(a.cpuWindowPeak, b.cpuWindowPeak),
    memoryPeak: maxMeasured(a.memoryPeak, b.memoryPeak),
  });
}

function mergeMeans(a: HotPod, b: HotPod): Cores | undefined {
  if (a.cpuMean === undefined || b.cpuMean === undefined) return a.cpuMean ?? b.cpuMean;
  const total = a.cpuMean * a.coveredSeconds + b.cpuMean * b.coveredSeconds;
  return roundCores(total / (a.coveredSeconds + b.coveredSeconds));
}

/** The first four by a measure, highest first; of equals the lower hash. Pods without it are left out. */
function topBy<Pod extends { readonly pod: number }>(
  pods: readonly Pod[],
  measure: (pod: Pod) => number | undefined,
): Pod[] {
  return pods
    .filter((pod) => measure(pod) !== undefined)
    .sort((a, b) => (measure(b) ?? 0) - (measure(a) ?? 0) || a.pod - b.pod)
    .slice(0, HOTTEST_BY_RANK);
}

function roundCores(value: number): Cores {
  return cores(roundToBucket(value));
}

function roundBytes(value: number): Bytes {
  return bytes(roundToWholeBucket(wholeBytes(value)));
}
