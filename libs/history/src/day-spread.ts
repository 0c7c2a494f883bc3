import { bytes, cores } from '@trimtab/units';
import { roundToBucket } from './bucket-code.ts';
import { presentFields } from './present.ts';
import { topOfBothRanks } from './replica-spread.ts';
import type { DayHotPod, DaySpread, HotPod, ReplicaSpread } from './types.ts';
import { maxMeasured } from './window.ts';

/** A median below 1 millicore or 1 MiB counts as that much: a ratio to next to nothing says nothing. */
const LEAST_CPU_MEDIAN = 0.001;
const LEAST_MEMORY_MEDIAN = 2 ** 20;
/** Share of the hours that may lie below a day's ratio. */
const LOWER_QUARTER = 0.25;
const MEDIAN = 2;

/** Sums up the spreads of a day's hours; undefined where no hour has one. The order of the hours does not matter but for the last bits of means, which rounding removes. */
export function daySpreadOf(hours: readonly ReplicaSpread[]): DaySpread | undefined {
  if (hours.length === 0) return undefined;
  const cpuMedians = hours.flatMap((hour) => hour.cpuMeans?.[MEDIAN] ?? []);
  const memoryMedians = hours.flatMap((hour) => hour.memoryPeaks?.[MEDIAN] ?? []);
  return presentFields({
    hours: hours.length,
    cpuMedian:
      cpuMedians.length === 0
        ? undefined
        : cores(roundToBucket(total(cpuMedians) / cpuMedians.length)),
    memoryMedian: memoryMedians.length === 0 ? undefined : bytes(Math.max(...memoryMedians)),
    hottest: hottestOfDay(hours),
  });
}

interface PodHour {
  readonly pod: HotPod;
  readonly cpuRatio?: number;
  readonly memoryRatio?: number;
}

interface RankedPod {
  readonly pod: number;
  readonly cpu?: number;
  readonly memory?: number;
  readonly kept: DayHotPod;
}

function hottestOfDay(hours: readonly ReplicaSpread[]): DayHotPod[] {
  const all = hours.flatMap((hour) => hour.hottest.map((pod) => podHourOf(hour, pod)));
  const pods = [...Map.groupBy(all, (each) => each.pod.pod)].map(([pod, own]) => rank(pod, own));
  return topOfBothRanks(
    pods,
    (pod) => pod.cpu,
    (pod) => pod.memory,
  ).map((pod) => pod.kept);
}

function podHourOf(hour: ReplicaSpread, pod: HotPod): PodHour {
  const [cpuMedian, memoryMedian] = [hour.cpuMeans?.[MEDIAN], hour.memoryPeaks?.[MEDIAN]];
  return presentFields({
    pod,
    cpuRatio: ratio(pod.cpuMean, cpuMedian, LEAST_CPU_MEDIAN),
    memoryRatio: ratio(pod.memoryPeak, memoryMedian, LEAST_MEMORY_MEDIAN),
  });
}

/** A pod's day, and by what it is ranked: the sums over the hours in which it was among the hottest. */
function rank(pod: number, own: readonly PodHour[]): RankedPod {
  const means = own.flatMap((hour) => hour.pod.cpuMean ?? []);
  const peaks = own.flatMap((hour) => hour.pod.memoryPeak ?? []);
  const cpu = means.length === 0 ? undefined : total(means);
  const kept = presentFields({
    pod,
    hours: own.length,
    cpuMean: cpu === undefined ? undefined : cores(roundToBucket(cpu / means.length)),
    cpuWindowPeak: own.map((hour) => hour.pod.cpuWindowPeak).reduce(maxMeasured, undefined),
    memoryPeak: own.map((hour) => hour.pod.memoryPeak).reduce(maxMeasured, undefined),
    cpuRatio: lowerQuartile(own.flatMap((hour) => hour.cpuRatio ?? [])),
    memoryRatio: lowerQuartile(own.flatMap((hour) => hour.memoryRatio ?? [])),
  });
  const memory = peaks.length === 0 ? undefined : total(peaks);
  return presentFields({ pod, cpu, memory, kept });
}

function ratio(
  value: number | undefined,
  median: number | undefined,
  least: number,
): number | undefined {
  if (value === undefined || median === undefined) return undefined;
  return value / Math.max(median, least);
}

function lowerQuartile(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(LOWER_QUARTER * sorted.length) - 1)];
  return value === undefined ? undefined : roundToBucket(value);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
