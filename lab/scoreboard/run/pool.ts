import { Worker } from 'node:worker_threads';
import type { Job, JobResult, WorkerMessage } from './job.ts';

/** How far all jobs together have come, in series; what is not read yet is guessed from the size of its file. */
export interface PoolProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Runs the jobs on `threads` worker threads, in the order given, and returns their results in that
 * order. The first failure ends all threads and is thrown, with the job's name. Threads never outlive
 * the call.
 */
export async function runJobs(
  jobs: readonly Job[],
  threads: number,
  onProgress: (progress: PoolProgress) => void,
): Promise<JobResult[]> {
  const seen = jobs.map((job) => ({ done: 0, total: 0, fileBytes: job.fileBytes }));
  const tell = (place: number, done: number, total: number): void => {
    Object.assign(seen[place] ?? {}, { done, total });
    onProgress(sumOf(seen));
  };
  const results: JobResult[] = [];
  const queue = jobs.entries();
  const drain = async (worker: Worker): Promise<void> => {
    for (const [place, job] of queue) {
      results[place] = await runOn(worker, job, (done, total) => tell(place, done, total));
    }
  };
  const workers = Array.from(
    { length: Math.min(threads, jobs.length) },
    () => new Worker(new URL('./worker.ts', import.meta.url)),
  );
  try {
    await Promise.all(workers.map(drain));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return results;
}

function sumOf(
  seen: readonly { readonly done: number; readonly total: number; readonly fileBytes: number }[],
): PoolProgress {
  let done = 0;
  let known = 0;
  let knownBytes = 0;
  let unknownBytes = 0;
  for (const job of seen) {
    done += job.done;
    known += job.total;
    if (job.total > 0) knownBytes += job.fileBytes;
    else unknownBytes += job.fileBytes;
  }
  const guessed = knownBytes === 0 ? 0 : Math.round((known * unknownBytes) / knownBytes);
  return { done, total: known + guessed };
}

function runOn(
  worker: Worker,
  job: Job,
  onProgress: (done: number, total: number) => void,
): Promise<JobResult> {
  const { promise, resolve, reject } = Promise.withResolvers<JobResult>();
  const fail = (reason: string): void => {
    reject(new Error(`${job.set} (${job.part}): ${reason}`));
  };
  const onMessage = (message: WorkerMessage): void => {
    if (message.kind === 'progress') onProgress(message.done, message.total);
    else if (message.kind === 'done') resolve(message.result);
    else fail(message.message);
  };
  const onError = (error: Error): void => fail(error.message);
  const onExit = (code: number): void => fail(`the thread ended with code ${code}`);
  worker.on('message', onMessage);
  worker.on('error', onError);
  worker.on('exit', onExit);
  worker.postMessage(job);
  return promise.finally(() => {
    worker.off('message', onMessage);
    worker.off('error', onError);
    worker.off('exit', onExit);
  });
}
