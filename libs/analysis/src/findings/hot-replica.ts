import type { DatedDay, DayHotPod, DaySpread } from '@trimtab/history';
import { type Bytes, bytes, cores, coresToMillicores, showMemory } from '@trimtab/units';
import { counted, cpuWords, type Detector, type Finding, medianOf, recentDays } from './finding.ts';

const DAYS = 7;
/** Of two replicas none is "the rest", and the median is one of them. */
const REPLICAS_NEEDED = 3;
/** Hours of a day with several pods: a rollout alone must not make a day. */
const HOURS_NEEDED = 6;
/** A pod must be among the hottest in three of four hours; its ratio then holds in three of four of those. */
const SHARE_OF_HOURS = 0.75;
/** Twice the median pod's CPU: uneven balancing alone stays below (pods of one service differ by a third or so). */
const CPU_RATIO = 2;
/** And 50 m more: below that the difference is that of idle processes. */
const LEAST_CPU_EXCESS = 0.05;
/** Memory of equal pods differs less than CPU: caches of the same program fill alike. */
const MEMORY_RATIO = 1.5;
const LEAST_MEMORY_EXCESS = 64 * 2 ** 20;
/** More than a quarter of the replicas are not few: the workload then has two kinds of pods. */
const MOST_SHARE = 0.25;
/** Days on which it must be seen, and share of the days that could tell. */
const DAYS_NEEDED = 3;
const SHARE_OF_DAYS = 0.75;

/**
 * One or few replicas that use far more than the median one, hour after hour and day after day, each
 * measure for itself. Told with what such a replica needs on its own: pooled over twenty replicas the
 * twentieth is beyond every P95. Pods are known by the hash of their names, so after a rollout it may be
 * another pod of a Deployment; the days count all the same.
 */
export const findHotReplica: Detector = (facts) => {
  const days = recentDays(facts, DAYS).flatMap(judged);
  const hot = days.filter((day) => day.pods.length > 0);
  const isLasting = hot.length >= DAYS_NEEDED && hot.length >= SHARE_OF_DAYS * days.length;
  return isLasting ? finding(hot, days.length) : undefined;
};

interface JudgedDay {
  readonly replicas: number;
  readonly spread: DaySpread;
  readonly pods: readonly DayHotPod[];
}

function judged({ sum }: DatedDay): JudgedDay[] {
  const { spread, replicas } = sum;
  if (spread === undefined || spread.hours < HOURS_NEEDED || replicas < REPLICAS_NEEDED) return [];
  const lasting = spread.hottest.filter((pod) => pod.hours >= SHARE_OF_HOURS * spread.hours);
  const pods = [isCpuHot, isMemoryHot].flatMap((isHot) => {
    const some = lasting.filter((pod) => isHot(pod, spread));
    return some.length <= Math.max(1, MOST_SHARE * replicas) ? some : [];
  });
  return [{ replicas, spread, pods: [...new Set(pods)] }];
}

function isCpuHot(pod: DayHotPod, { cpuMedian }: DaySpread): boolean {
  const excess = (pod.cpuMean ?? 0) - (cpuMedian ?? 0);
  return (pod.cpuRatio ?? 0) >= CPU_RATIO && excess >= LEAST_CPU_EXCESS;
}

function isMemoryHot(pod: DayHotPod, { memoryMedian }: DaySpread): boolean {
  const excess = (pod.memoryPeak ?? 0) - (memoryMedian ?? 0);
  return (pod.memoryRatio ?? 0) >= MEMORY_RATIO && excess >= LEAST_MEMORY_EXCESS;
}

function finding(hot: readonly JudgedDay[], daysJudged: number): Finding | undefined {
  const last = hot.at(-1);
  const newest = last?.pods.toSorted((a, b) => (b.cpuMean ?? 0) - (a.cpuMean ?? 0))[0];
  if (last === undefined || newest === undefined) return undefined;
  const cpu = cpuFacts(hot);
  const memory = memoryFacts(hot);
  const ratio = Math.max(cpu?.ratio ?? 0, memory?.ratio ?? 0).toFixed(1);
  const who = `${last.pods.length} of ${counted(last.replicas, 'replica')}`;
  const what = [cpu?.text, memory?.text].filter((text) => text !== undefined).join(', and ');
  return {
    code: 'hot-replica',
    severity: 'warn',
    short: `hot replica, ${ratio} x the others`,
    text: `${who} ${last.pods.length === 1 ? 'uses' : 'use'} ${what}, on ${hot.length} of ${counted(daysJudged, 'day')}`,
    values: {
      pods: last.pods.length,
      replicas: last.replicas,
      daysHot: hot.length,
      podNameHash: newest.pod,
      ...cpu?.values,
      ...memory?.values,
    },
  };
}

interface ResourceFacts {
  readonly ratio: number;
  readonly text: string;
  readonly values: Readonly<Record<string, number>>;
}

function cpuFacts(hot: readonly JudgedDay[]): ResourceFacts | undefined {
  const pairs = hot.flatMap(({ spread, pods }) =>
    pods.filter((pod) => isCpuHot(pod, spread)).map((pod) => ({ pod, spread })),
  );
  const ratio = medianOf(pairs.flatMap(({ pod }) => pod.cpuRatio ?? []));
  if (ratio === undefined) return undefined;
  const mean = coresToMillicores(cores(Math.max(...pairs.map(({ pod }) => pod.cpuMean ?? 0))));
  const peak = coresToMillicores(
    cores(Math.max(...pairs.map(({ pod }) => pod.cpuWindowPeak ?? 0))),
  );
  const usual = medianOf(pairs.map(({ spread }) => spread.cpuMedian ?? 0)) ?? 0;
  const median = coresToMillicores(cores(usual));
  return {
    ratio,
    text: `${ratio.toFixed(1)} times the CPU of the median replica (${cpuWords(mean)} on average and ${cpuWords(peak)} in its busiest 5 minutes, against ${cpuWords(median)})`,
    values: {
      cpuRatio: ratio,
      cpuMeanMillicores: Math.round(mean),
      cpuPeakMillicores: Math.round(peak),
      medianCpuMillicores: Math.round(median),
    },
  };
}

function memoryFacts(hot: readonly JudgedDay[]): ResourceFacts | undefined {
  const pairs = hot.flatMap(({ spread, pods }) =>
    pods.filter((pod) => isMemoryHot(pod, spread)).map((pod) => ({ pod, spread })),
  );
  const ratio = medianOf(pairs.flatMap(({ pod }) => pod.memoryRatio ?? []));
  if (ratio === undefined) return undefined;
  const peak: Bytes = bytes(Math.max(...pairs.map(({ pod }) => pod.memoryPeak ?? 0)));
  const median = bytes(medianOf(pairs.map(({ spread }) => spread.memoryMedian ?? 0)) ?? 0);
  return {
    ratio,
    text: `${ratio.toFixed(1)} times the memory of the median replica (${showMemory(peak)} against ${showMemory(median)})`,
    values: { memoryRatio: ratio, memoryPeakBytes: peak, medianMemoryBytes: median },
  };
}
