import { boardOf, type SetBoard } from './board.ts';
import { mergeParts } from './merge-parts.ts';
import type { SetCost } from './page/index.ts';
import {
  type Job,
  type JobResult,
  type PoolProgress,
  runJobs,
  type TraceSet,
} from './run/index.ts';

/** A scored set and what its replay took. */
export interface ScoredSet {
  readonly board: SetBoard;
  readonly cost: SetCost;
}

/**
 * Replays the sets on worker threads and scores them, in the order given. The largest file goes first,
 * so that no thread is left with a long set at the end.
 */
export async function scoreSets(
  sets: readonly TraceSet[],
  threads: number,
  onProgress: (progress: PoolProgress) => void,
): Promise<ScoredSet[]> {
  const jobs = sets.flatMap(jobsOf).sort((a, b) => b.fileBytes - a.fileBytes);
  const results = await runJobs(jobs, threads, onProgress);
  return sets.map(({ name }) => scored(name, results));
}

function jobsOf({ name, path, peakPath, fileBytes }: TraceSet): Job[] {
  const files = { set: name, path, fileBytes, ...(peakPath === undefined ? {} : { peakPath }) };
  return [
    { ...files, part: 'peers' },
    { ...files, part: 'own' },
  ];
}

function scored(set: string, results: readonly JobResult[]): ScoredSet {
  const own = results.find(({ job }) => job.set === set && job.part === 'own');
  const peers = results.find(({ job }) => job.set === set && job.part === 'peers');
  if (own === undefined || peers === undefined) {
    throw new Error(`found no result for ${set}; expected one for each part`);
  }
  return {
    board: boardOf(
      set,
      mergeParts(own.replayed, peers.replayed),
      own.job.peakPath === undefined ? 'windows' : 'peaks',
    ),
    cost: { set, days: own.days, own: own.cost, peers: peers.cost },
  };
}
