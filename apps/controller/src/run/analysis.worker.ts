/** Runs in a worker thread: one task in, its results or the reason why there are none out, again and again. */
import { parentPort } from 'node:worker_threads';
import { analyseShard } from './analyse-shard.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-pool.ts';

parentPort?.on('message', ({ id, task }: WorkerRequest) => {
  parentPort?.postMessage(answer(id, task));
});

function answer(id: number, task: WorkerRequest['task']): WorkerAnswer {
  try {
    return { id, kind: 'done', results: analyseShard(task) };
  } catch (error) {
    return { id, kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
