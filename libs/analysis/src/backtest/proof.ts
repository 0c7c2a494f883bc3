/** How one CPU request fared over the scored days. */
export interface CpuProof {
  readonly daysScored: number;
  /** Days on which more than 5 % of the windows lay above the request, throttled time included. */
  readonly missedDays: number;
  /** Minutes above the request per container and day. */
  readonly minutesAboveRequestPerDay: number;
  /** Sum of request over sum of mean usage; usage of exactly zero on all days counts as 1 m a day. */
  readonly requestOverUsage: number;
}

/** How one memory limit fared over the scored days. */
export interface MemoryProof {
  readonly daysScored: number;
  /** Days on which memory went over the limit, or a kill shows that it would have: at least one kill each. */
  readonly kills: number;
  /** Minutes above the limit per container and day. */
  readonly minutesAboveLimitPerDay: number;
  /** Sum of limit over sum of mean usage; usage of exactly zero on all days counts as 1 MiB a day. */
  readonly limitOverUsage: number;
}

/** What would have happened: each scored day judged with the number that the days before it gave. */
export interface Proof {
  /** Days with any data, and those judged on at least one resource. */
  readonly daysSeen: number;
  readonly daysScored: number;
  readonly cpu?: CpuProof;
  readonly memory?: MemoryProof;
}
