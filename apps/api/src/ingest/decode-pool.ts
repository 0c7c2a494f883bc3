/**
 * Threads that read messages. A job goes to the thread that has the fewest; a thread that dies, or does not answer in
 * time, costs the jobs it held (they are answered 503 and come again) and is replaced when the next job comes.
 */
import { Worker } from 'node:worker_threads';
import type { Clock, Log, Timer } from '@trimtab/daemon';
import { ApiError, type ApiErrorCode } from '../errors.ts';
import { type PreparedPush, type Preparing, preparePush } from './prepare-push.ts';

/** What a thread is asked. */
export interface DecodeJob {
  readonly id: number;
  readonly message: Uint8Array;
  readonly preparing: Preparing;
}

/** What a thread answers. */
export type DecodeAnswer =
  | { readonly id: number; readonly kind: 'read'; readonly push: PreparedPush }
  | { readonly id: number; readonly kind: 'empty' }
  | {
      readonly id: number;
      readonly kind: 'failed';
      /** Undefined for what was not foreseen. */
      readonly code: ApiErrorCode | undefined;
      readonly message: string;
    };

/** How many threads, and how long one may take. */
export interface DecodePoolOptions {
  /** 0: no thread, messages are read in the caller's. */
  readonly threads: number;
  /** Longest time for one job, those before it included. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

interface Job {
  readonly settle: (answer: DecodeAnswer) => void;
  readonly fail: (error: Error) => void;
  readonly timer: Timer;
}

interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
}

const WORKER = new URL('./decode-worker.ts', import.meta.url);
/** A message of 16 MiB becomes some 300 MiB of objects on its way. */
const MOST_HEAP_MIB = 768;

/** The threads and the jobs they hold. */
export class DecodePool {
  readonly #options: DecodePoolOptions;
  readonly #threads = new Set<Thread>();
  #nextId = 1;
  #isClosed: boolean = false;

  constructor(options: DecodePoolOptions) {
    this.#options = options;
  }

  /** Reads one message. Throws what `preparePush` throws, and TT_INGEST_FAULT where a thread failed. */
  async read(message: Uint8Array, preparing: Preparing): Promise<PreparedPush | undefined> {
    if (this.#options.threads === 0) return preparePush(message, preparing);
    const answer = await this.#ask(message, preparing);
    switch (answer.kind) {
      case 'read':
        return answer.push;
      case 'empty':
        return undefined;
      case 'failed':
        throw new ApiError(answer.code ?? 'TT_INGEST_FAULT', answer.message);
    }
  }

  /** Ends the threads; jobs they hold fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const threads = [...this.#threads];
    for (const thread of threads) this.#drop(thread, 'the process is leaving');
    await Promise.all(threads.map((thread) => thread.worker.terminate()));
  }

  #ask(message: Uint8Array, preparing: Preparing): Promise<DecodeAnswer> {
    if (this.#isClosed) return Promise.reject(fault('the process is leaving'));
    const thread = this.#leastBusy();
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<DecodeAnswer>();
    const timer = this.#options.clock.setTimer(this.#options.deadlineMs, () =>
      this.#drop(thread, `a message was not read within ${this.#options.deadlineMs} ms`),
    );
    thread.jobs.set(id, { settle: resolve, fail: reject, timer });
    // Copied whole: the message may be a view of a buffer that the process shares.
    const own = new Uint8Array(message);
    const job: DecodeJob = { id, message: own, preparing };
    thread.worker.postMessage(job, [own.buffer]);
    return promise;
  }

  #leastBusy(): Thread {
    const [idlest] = [...this.#threads].sort((a, b) => a.jobs.size - b.jobs.size);
    const hasRoom = this.#threads.size < this.#options.threads;
    if (idlest === undefined || (hasRoom && idlest.jobs.size > 0)) return this.#start();
    return idlest;
  }

  #start(): Thread {
    const worker = new Worker(WORKER, {
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
    });
    const thread: Thread = { worker, jobs: new Map() };
    this.#threads.add(thread);
    worker.on('message', (answer: DecodeAnswer) => {
      const job = thread.jobs.get(answer.id);
      thread.jobs.delete(answer.id);
      job?.timer.cancel();
      job?.settle(answer);
    });
    worker.on('error', (error) => this.#drop(thread, error.message));
    worker.on('exit', () => this.#drop(thread, 'it ended'));
    return thread;
  }

  #drop(thread: Thread, why: string): void {
    if (!this.#threads.delete(thread)) return;
    if (!this.#isClosed) {
      this.#options.log.error('decode-thread-lost', { reason: why, jobs: thread.jobs.size });
    }
    for (const job of thread.jobs.values()) {
      job.timer.cancel();
      job.fail(fault(why));
    }
    thread.jobs.clear();
    void thread.worker.terminate();
  }
}

function fault(why: string): ApiError {
  return new ApiError(
    'TT_INGEST_FAULT',
    `the message could not be read (${why}): repeat it unchanged`,
  );
}
