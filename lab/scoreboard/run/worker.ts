/** Thread of the pool: takes jobs one after another until it is ended. */
import { parentPort } from 'node:worker_threads';
import { type Job, runJob, type WorkerMessage } from './index.ts';

const PROGRESS_EVERY = 4;

const port = parentPort;
if (port === null) throw new Error('worker.ts: found no parent; expected to run in a pool');

const say = (message: WorkerMessage): void => port.postMessage(message);

port.on('message', (job: Job) => {
  const onProgress = (done: number, total: number): void => {
    if (done % PROGRESS_EVERY === 0 || done === total) say({ kind: 'progress', done, total });
  };
  runJob(job, onProgress).then(
    (result) => say({ kind: 'done', result }),
    (error: unknown) => say({ kind: 'failed', message: messageOf(error) }),
  );
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
