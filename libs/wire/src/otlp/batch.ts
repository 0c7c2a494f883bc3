import type { ContainerUsage } from '@trimtab/history';
import type { EpochDay, EpochHour } from '@trimtab/units';

/** Names a batch within its agent, so that a repeat of it is recognised. */
export interface BatchIdentity {
  /** Unsigned 64 random bits, drawn once a process start. */
  readonly epoch: bigint;
  /** Counts the batches of the epoch from 1; a safe integer. */
  readonly seq: number;
  /** The day on which the batch was sealed, whatever day its usage is from. */
  readonly sealedDay: EpochDay;
}

/** What became of an agent's windows since its epoch began; only ever grows within an epoch. */
export interface BatchCounters {
  /** Batches sealed, this one included. */
  readonly sealed: number;
  /** Batches the API has acknowledged. */
  readonly acked: number;
  /** Windows merged into coarser ones while the queue was full. */
  readonly coarsened: number;
  /** Windows lost. */
  readonly dropped: number;
}

/** One sealed batch: what one node's containers used within one UTC hour. */
export interface Batch {
  /** Absent for a sender that is not our agent. */
  readonly identity?: BatchIdentity;
  readonly hour: EpochHour;
  readonly counters?: BatchCounters;
  /** Every window lies inside the hour. */
  readonly containers: readonly ContainerUsage[];
}
