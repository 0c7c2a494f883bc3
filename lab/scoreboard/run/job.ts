import type { Part } from '../replay.ts';
import type { ReplayedSet } from '../replayed-set.ts';

/** One part of the replay of one set: what a worker does in one go. */
export interface Job {
  readonly set: string;
  readonly part: Part;
  readonly path: string;
  readonly peakPath?: string;
  /** Size of the file, by which work not yet read is guessed. */
  readonly fileBytes: number;
}

/** What a job took. */
export interface JobCost {
  readonly readMs: number;
  /** CPU time of the thread after reading. */
  readonly replayCpuMs: number;
  /** Highest heap of the thread seen after a series, its buffers (the recording) included. */
  readonly heapBytes: number;
}

/** A job that is done. */
export interface JobResult {
  readonly job: Job;
  readonly replayed: ReplayedSet;
  /** Container-days of the recording, scored or not. */
  readonly days: number;
  readonly cost: JobCost;
}

/** What a worker says while it works: how many series are through, then the result or why there is none. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly message: string };
