import type { CpuProof, Finding, MemoryProof } from './evidence.ts';

/**
 * The answers of the REST API as JSON has them: camelCase, CPU in millicores, memory in bytes, moments as
 * ISO 8601 in UTC, days as `YYYY-MM-DD`. A missing input is null, never zero and never left out.
 */

/** One cluster that sends, or once sent, usage. */
export interface ClusterView {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  /** Agents (nodes) ever seen. */
  readonly agents: number;
  readonly workloads: number;
  /** Workload containers: a container name of a workload counts once, whatever its replicas. */
  readonly containers: number;
  /** Start of the newest hour that was packed; null before the first one. */
  readonly lastHour: string | null;
}

/** One workload: what survives pods and rollouts. */
export interface WorkloadView {
  readonly id: number;
  readonly cluster: string;
  readonly namespace: string;
  /** `Deployment`, `StatefulSet`, `DaemonSet`, `CronJob`, `Pod`, ... */
  readonly kind: string;
  readonly name: string;
  /** Allow-listed pod labels as last told. */
  readonly labels: Readonly<Record<string, string>>;
  /** Start of the first hour with usage. */
  readonly firstHour: string;
  /** Start of the newest hour with usage. */
  readonly lastHour: string;
  /** Names of its containers, sorted. */
  readonly containers: readonly string[];
}

/** One container of a workload, pooled over its replicas. */
export interface ContainerView {
  /** The same id as its recommendation's. */
  readonly id: number;
  readonly workloadId: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly workload: string;
  readonly container: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly firstHour: string;
  readonly lastHour: string;
  readonly sizes: SizesView;
  /** Start of the hour that told the sizes; null where none was told. */
  readonly sizesHour: string | null;
}

/** What the pod's specification asks for; null where it asks for nothing or nothing was told. */
export interface SizesView {
  /** Millicores. */
  readonly cpuRequest: number | null;
  /** Millicores. */
  readonly cpuLimit: number | null;
  /** Bytes. */
  readonly memoryRequest: number | null;
  /** Bytes. */
  readonly memoryLimit: number | null;
}

/** What a shortage costs against an excess: three prices. */
export type Preset = 'savings' | 'balanced' | 'reliability';

/** `partial`: one of CPU and memory is recommended, the other withheld. */
export type RecommendationStatus = 'recommended' | 'partial' | 'withheld';

/** The recommendation in force for one workload container, with its proof. */
export interface RecommendationView {
  /** The workload container's id. */
  readonly id: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly workload: string;
  readonly container: string;
  readonly labels: Readonly<Record<string, string>>;
  /** True where the usage was made up rather than recorded. */
  readonly synthetic: boolean;
  readonly preset: Preset;
  readonly status: RecommendationStatus;
  /** In millicores. */
  readonly cpu: ResourceView;
  /** In bytes. */
  readonly memory: ResourceView;
  /** The back-test of the recommended rule; null where no day could be judged. */
  readonly proof: ProofView | null;
  /** The back-test of the request in force; null where none is in force or no day could be judged. */
  readonly currentProof: ProofView | null;
  /** What the numbers alone do not say, warnings first; empty where there is nothing. */
  readonly findings: readonly FindingView[];
  /** Days with any usage. */
  readonly daysSeen: number;
  /** The first day that was not used. */
  readonly asOfDay: string;
  /** The run that computed it. */
  readonly runId: number;
}

/** A finding as it was kept beside the recommendation. */
export type FindingView = Finding;

/** One resource of a recommendation. Exactly one of `recommended` and `withheld` is null. */
export interface ResourceView {
  readonly current: CurrentView;
  readonly recommended: RecommendedView | null;
  readonly withheld: WithheldView | null;
  /** Recommended against current request in percent, -40 = 40 % less; null where either is missing or the current one is zero. */
  readonly changePercent: number | null;
}

/** What is in force. */
export interface CurrentView {
  readonly request: number | null;
  readonly limit: number | null;
  /** Why a number above is null, for people; null where both are there. */
  readonly whyMissing: string | null;
}

/** What is advised. */
export interface RecommendedView {
  readonly request: number;
  /** Null where no limit is advised. */
  readonly limit: number | null;
  /** The demand model that named the number. */
  readonly model: string;
  /** The rule that bound it last. */
  readonly bound: string;
}

/** Why nothing is advised. */
export interface WithheldView {
  /** Stable: `no-data`, `too-few-days`, `stale`, ... */
  readonly code: string;
  /** For people: what is missing and what would help. */
  readonly reason: string;
}

/** The walk-forward record; see `Proof` for the meaning of each figure. */
export interface ProofView {
  readonly daysSeen: number;
  readonly daysScored: number;
  /** Null where no CPU day could be judged. */
  readonly cpu: CpuProof | null;
  /** Null where no memory day could be judged. */
  readonly memory: MemoryProof | null;
}
