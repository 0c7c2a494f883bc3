import { Worker } from 'node:worker_threads';
import type { Clock } from '@trimtab/daemon';
import { ControllerError } from '../errors.ts';
import type { ContainerResult } from './analyse-shard.ts';
import type { ShardTask } from './shard-task.ts';

/** What a worker is sent. */
export interface WorkerRequest {
  readonly id: number;
  readonly task: ShardTask;
}

/** What a worker sends back. */
export type WorkerAnswer =
  | { readonly id: number; readonly kind: 'done'; readonly results: ContainerResult[] }
  | { readonly id: number; readonly kind: 'failed'; readonly reason: string };

/** What a pool needs. */
export interface WorkerPoolOptions {
  /** Threads at most; each takes one task at a time and is started when first needed. */
  readonly size: number;
  /** A task that takes longer costs its thread. */
  readonly taskTimeoutMs: number;
  /** Largest heap of a thread in MiB: a shard that needs more fails, the process lives on. */
  readonly heapMib: number;
  readonly clock: Clock;
  /** The script of a thread. */
  readonly script: URL;
}

interface Thread {
  readonly worker: Worker;
  job: Job | undefined;
}

interface Job {
  readonly id: number;
  readonly resolve: (results: ContainerResult[]) => void;
  readonly reject: (error: Error) => void;
}

/** A few worker threads that analyse shards beside the event loop. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #threads = new Set<Thread>();
  readonly #queue: (() => void)[] = [];
  readonly #closing = new AbortController();
  #lastId = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /**
   * Analyses a task; its buffers are handed over and unusable afterwards. Rejects with TT_CONTROLLER_WORKER when the
   * thread dies, fails or takes too long, and with TT_CONTROLLER_STOPPED when the pool is closed.
   */
  async run(task: ShardTask): Promise<ContainerResult[]> {
    const thread = await this.#take();
    this.#lastId += 1;
    const id = this.#lastId;
    const { clock, taskTimeoutMs } = this.#options;
    const timer = clock.setTimer(taskTimeoutMs, () => {
      this.#discard(thread, `the analysis of a shard took more than ${taskTimeoutMs} ms`);
    });
    try {
      return await new Promise<ContainerResult[]>((resolve, reject) => {
        if (!this.#threads.has(thread)) throw stopped();
        thread.job = { id, resolve, reject };
        const request: WorkerRequest = { id, task };
        thread.worker.postMessage(request, [task.index.buffer, task.contents.buffer]);
      });
    } finally {
      timer.cancel();
      thread.job = undefined;
      this.#queue.shift()?.();
    }
  }

  /** Ends every thread; tasks under way are rejected. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const next of this.#queue.splice(0)) next();
    const threads = [...this.#threads];
    for (const thread of threads) {
      this.#threads.delete(thread);
      thread.job?.reject(stopped());
    }
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  /** An idle thread, a new one, or the next that becomes idle. */
  async #take(): Promise<Thread> {
    for (;;) {
      if (this.#closing.signal.aborted) throw stopped();
      const idle = [...this.#threads].find(({ job }) => job === undefined);
      const thread = idle ?? (this.#threads.size < this.#options.size ? this.#start() : undefined);
      if (thread !== undefined) {
        // Taken at once, before anybody else looks.
        thread.job = RESERVED;
        return thread;
      }
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
  }

  #start(): Thread {
    const { script, heapMib } = this.#options;
    const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: heapMib } });
    const thread: Thread = { worker, job: undefined };
    worker.on('message', (answer: WorkerAnswer) => settle(thread, answer));
    worker.on('error', (error) => {
      this.#discard(thread, error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', (code) => this.#discard(thread, `the thread ended with code ${code}`));
    // An idle thread must not keep the process alive; a task under way is waited for by its caller.
    worker.unref();
    this.#threads.add(thread);
    return thread;
  }

  #discard(thread: Thread, reason: string): void {
    if (!this.#threads.delete(thread)) return;
    thread.job?.reject(new ControllerError('TT_CONTROLLER_WORKER', `worker thread: ${reason}`));
    void thread.worker.terminate();
  }
}

const RESERVED: Job = { id: 0, resolve: () => undefined, reject: () => undefined };

function settle(thread: Thread, answer: WorkerAnswer): void {
  const { job } = thread;
  if (job === undefined || job.id !== answer.id) return;
  if (answer.kind === 'done') job.resolve(answer.results);
  else job.reject(new ControllerError('TT_CONTROLLER_WORKER', `worker thread: ${answer.reason}`));
}

function stopped(): ControllerError {
  return new ControllerError(
    'TT_CONTROLLER_STOPPED',
    'the worker threads were ended while a shard was under way; its claim is handed back',
  );
}
