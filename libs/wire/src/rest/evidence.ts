/**
 * What the controller keeps beside each recommendation (`rec.evidence`) and the API reads back. It has the
 * shape of the analysis' own result with plain numbers: CPU in millicores, memory in bytes. Here absent
 * means absent from the JSON; the views of the API say null instead.
 */
export interface Evidence {
  /** Request and limit in millicores, or why none is named. */
  readonly cpu: Verdict;
  /** Request and limit in bytes, or why none is named. */
  readonly memory: Verdict;
  /** The back-test of the recommended rule. */
  readonly proof: Proof;
  /** The same back-test of the request in force; absent where nothing is in force. */
  readonly currentProof?: Proof;
  /** What the containers asked for when this was computed. */
  readonly currentSizes: EvidenceSizes;
  /** Whole days since 1970 UTC: the first day that was not used. */
  readonly asOfDay: number;
  /** What the numbers alone do not say, warnings first; absent where there is nothing, and in evidence of before there were findings. */
  readonly findings?: readonly Finding[];
}

/** Something about a workload container that a number alone does not say. */
export interface Finding {
  /** Stable: `killed`, `leak`, `throttled`, `hot-replica`, `start-up`, `idle`; more may come. */
  readonly code: string;
  /** `warn`: it fails or wastes until somebody acts. `info`: good to know when sizes are set. */
  readonly severity: 'info' | 'warn';
  /** A few words for a table. */
  readonly short: string;
  /** One plain sentence with its numbers and their units. */
  readonly text: string;
  /** The same numbers; names end in their unit where it is not a count. */
  readonly values: Readonly<Record<string, number>>;
}

/** A number with the rule that bound it, or the reason why there is none. Millicores or bytes, as its place says. */
export type Verdict =
  | {
      readonly kind: 'recommended';
      readonly request: number;
      /** Absent where no limit is advised. */
      readonly limit?: number;
      /** The demand model that named the number. */
      readonly model: string;
      /** The rule that bound it last: a quantile, a floor, a kill, ... */
      readonly bound: string;
      /** Which inputs went in, in words. */
      readonly inputs: readonly string[];
    }
  | {
      readonly kind: 'withheld';
      /** Stable: `no-data`, `too-few-days`, `stale`, ... */
      readonly code: string;
      /** For people: what is missing and what would help. */
      readonly reason: string;
    };

/** The walk-forward record: each scored day judged with the number named from the days before it. */
export interface Proof {
  /** Days with any usage. */
  readonly daysSeen: number;
  /** Days that could be judged; at most daysSeen. */
  readonly daysScored: number;
  /** Absent where no CPU day could be judged. */
  readonly cpu?: CpuProof;
  /** Absent where no memory day could be judged. */
  readonly memory?: MemoryProof;
}

/** How the CPU request would have done on the scored days. */
export interface CpuProof {
  /** Days on which CPU could be judged. */
  readonly daysScored: number;
  /** Days on which usage was above the request for more than a twentieth of the day's windows. */
  readonly missedDays: number;
  /** Mean minutes a day above the request, 0 to 1440. */
  readonly minutesAboveRequestPerDay: number;
  /** Sum of the request over sum of the usage; 1 would be no slack. */
  readonly requestOverUsage: number;
}

/** How the memory limit would have done on the scored days. */
export interface MemoryProof {
  /** Days on which memory could be judged. */
  readonly daysScored: number;
  /** Days on which usage passed the limit, so that the kernel would have killed. */
  readonly kills: number;
  /** Mean minutes a day above the limit, 0 to 1440. */
  readonly minutesAboveLimitPerDay: number;
  /** Sum of the limit over sum of the usage; 1 would be no slack. */
  readonly limitOverUsage: number;
}

/** Sizes in force: millicores and bytes; absent where the pod asks for nothing or nothing was told. */
export interface EvidenceSizes {
  readonly cpuRequest?: number;
  readonly cpuLimit?: number;
  readonly memoryRequest?: number;
  readonly memoryLimit?: number;
}
