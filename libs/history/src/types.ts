import type { Sketch } from '@trimtab/sketch';
import type { Bytes, Cores, EpochDay, EpochHour, EpochMs, Millicores } from '@trimtab/units';

/** Names one container of one pod, and the owner its pod names. No part may be empty but `ownerName`. */
export interface ContainerKey {
  readonly namespace: string;
  /** Kind of the pod's controlling owner as the pod states it (`ReplicaSet`, `StatefulSet`, ...), `Pod` where it has none. */
  readonly ownerKind: string;
  /** Name of that owner; the pod's own name where it has none. */
  readonly ownerName: string;
  readonly podName: string;
  readonly podUid: string;
  readonly container: string;
}

/** What the pod's specification asks for; absent where it asks for nothing. */
export interface ContainerSizes {
  readonly cpuRequest?: Millicores;
  readonly cpuLimit?: Millicores;
  readonly memoryRequest?: Bytes;
  readonly memoryLimit?: Bytes;
}

/** Five minutes of one container, as an agent folds it. Absent means not measured, never zero. */
export interface UsageWindow {
  /** Start of the 5-minute window, a multiple of WINDOW_MS. */
  readonly start: EpochMs;
  /** First second covered, 0 to 299 after the start. */
  readonly fromSecond: number;
  /** End of the cover, exclusive: fromSecond + 1 to 300. */
  readonly toSecond: number;
  /** Seconds between those two that are not covered; absent means none. Only `unionWindows` leaves such gaps. */
  readonly gapSeconds?: number;
  /** CPU in cores, one value a sample; steady state only. */
  readonly cpu?: Sketch;
  /** Working set in bytes, one value a sample. */
  readonly memory?: Sketch;
  /** CPU in cores while the container was starting up, kept apart from `cpu`. */
  readonly startupCpu?: Sketch;
  /** Seconds in which the container wanted CPU and was held back by its quota. */
  readonly throttledSeconds?: number;
  /** Kills by the kernel for lack of memory in this window. */
  readonly oomKills?: number;
  /** The memory limit in force at the last of those kills. */
  readonly oomLimit?: Bytes;
  readonly restarts?: number;
}

/** All that one batch says about one container. */
export interface ContainerUsage {
  readonly key: ContainerKey;
  /** Allow-listed labels only. */
  readonly labels: Readonly<Record<string, string>>;
  readonly sizes: ContainerSizes;
  /** In order of start, all inside the batch's hour. */
  readonly windows: readonly UsageWindow[];
}

/** One of the twelve windows of an hour, pooled over the workload's replicas. */
export interface TrackPoint {
  /** 0 to 11. */
  readonly index: number;
  /** Container-seconds covered: up to 300 a replica. */
  readonly coveredSeconds: number;
  /** Container-seconds behind `cpuMean`, where they are fewer than those covered; absent means all of them. */
  readonly cpuSeconds?: number;
  /** Steady-state mean, weighted by the container-seconds that have one. */
  readonly cpuMean?: Cores;
  /** Highest steady-state sample of any replica. */
  readonly cpuPeak?: Cores;
  readonly memoryPeak?: Bytes;
}

/** The least, the lower quartile, the median, the upper quartile and the greatest of the pods' values: each the value of a pod (nearest rank). */
export type FivePoints<Unit extends number> = readonly [Unit, Unit, Unit, Unit, Unit];

/** One of the hottest pods of an hour. */
export interface HotPod {
  /** 32-bit hash of its name; see `podNameHash`. */
  readonly pod: number;
  /** Seconds covered, up to 3,600. */
  readonly coveredSeconds: number;
  /** Steady-state mean, weighted by cover. */
  readonly cpuMean?: Cores;
  /** Mean of its busiest window. */
  readonly cpuWindowPeak?: Cores;
  readonly memoryPeak?: Bytes;
}

/**
 * How the pods of one hour differ. Never all of them: five points of each measure and at most eight
 * pods by name. Every value is rounded to the sketch's bucket (1.083 %) when it is made.
 */
export interface ReplicaSpread {
  /** Of each pod's mean CPU in the hour, steady state. */
  readonly cpuMeans?: FivePoints<Cores>;
  /** Of the mean of each pod's busiest window. */
  readonly cpuWindowPeaks?: FivePoints<Cores>;
  /** Of each pod's peak working set. */
  readonly memoryPeaks?: FivePoints<Bytes>;
  /** The four with the most CPU and the four with the most memory, by rising hash. */
  readonly hottest: readonly HotPod[];
}

/** One UTC hour of one workload container, pooled over its replicas. Merging is exact and order-free but for the track's rounding and the spread. */
export interface HourContent {
  /** Container-seconds covered: up to 3,600 a replica. */
  readonly coveredSeconds: number;
  /** Different pods seen in the hour, at least 1. */
  readonly replicas: number;
  /** CPU samples, cores. */
  readonly cpu?: Sketch;
  /** One value a pod and window: its mean CPU, cores. */
  readonly cpuMeans?: Sketch;
  /** Working-set samples, bytes. */
  readonly memory?: Sketch;
  /** One value a pod and window: its peak working set, bytes. */
  readonly memoryPeaks?: Sketch;
  readonly startupCpu?: Sketch;
  readonly throttledSeconds?: number;
  /** Absent where no window counted kills; 0 where some did and none happened. */
  readonly oomKills?: number;
  /** Highest memory limit at which a kill happened. */
  readonly oomLimit?: Bytes;
  /** Absent where no window counted restarts. */
  readonly restarts?: number;
  readonly track: readonly TrackPoint[];
  /** Absent where one pod was seen: the rest of the content says all about it. */
  readonly spread?: ReplicaSpread;
}

/** One of the hottest pods of a day. */
export interface DayHotPod {
  /** 32-bit hash of its name. */
  readonly pod: number;
  /** Hours in which it was among the hottest, 1 to 24. */
  readonly hours: number;
  /** Mean over those hours. */
  readonly cpuMean?: Cores;
  /** Mean of its busiest window of the day. */
  readonly cpuWindowPeak?: Cores;
  readonly memoryPeak?: Bytes;
  /** In three of four of those hours its mean CPU was at least this many times that of the median pod. */
  readonly cpuRatio?: number;
  /** The same of its memory peak. */
  readonly memoryRatio?: number;
}

/** How the pods of one day differed, rounded to the sketch's bucket. */
export interface DaySpread {
  /** Hours in which several pods were seen, 1 to 24. */
  readonly hours: number;
  /** Mean CPU of the median pod, averaged over those hours. */
  readonly cpuMedian?: Cores;
  /** Highest peak of the median pod. */
  readonly memoryMedian?: Bytes;
  /** The four with the most CPU over the day and the four with the most memory, by rising hash. */
  readonly hottest: readonly DayHotPod[];
}

/** One UTC day of one workload container: what the walk-forward and the daily forecast read. */
export interface DaySum {
  readonly coveredSeconds: number;
  /** Most pods seen in one hour of the day. */
  readonly replicas: number;
  readonly cpu?: Sketch;
  readonly cpuMeans?: Sketch;
  readonly memory?: Sketch;
  readonly memoryPeaks?: Sketch;
  readonly startupCpu?: Sketch;
  readonly memoryMax?: Bytes;
  readonly throttledSeconds?: number;
  /** Absent where no hour counted kills; 0 where some did and none happened. */
  readonly oomKills?: number;
  readonly oomLimit?: Bytes;
  /** Absent where no hour counted restarts. */
  readonly restarts?: number;
  /** 24 entries, absent where the hour has no data. */
  readonly hours: readonly (DayHour | undefined)[];
  /** Absent where no hour saw several pods. */
  readonly spread?: DaySpread;
}

/** One hour inside a day sum, rounded to the sketch's bucket. */
export interface DayHour {
  readonly cpuMean?: Cores;
  readonly cpuP95?: Cores;
  readonly memoryMax?: Bytes;
}

/** A day sum with its date, as analysis reads it. */
export interface DatedDay {
  readonly day: EpochDay;
  readonly sum: DaySum;
}

/** An hour with its date. */
export interface DatedHour {
  readonly hour: EpochHour;
  readonly content: HourContent;
}
