/** The agent's heart: collect → fold → seal → push, from a source to the API. */
import { randomBytes } from 'node:crypto';
import { type Clock, type Log, type Metrics, systemClock, type Timer } from '@trimtab/daemon';
import { durationMs, epochMs, SECOND_MS } from '@trimtab/units';
import { readingsUntil, type Source } from './collect/index.ts';
import { AgentError } from './errors.ts';
import { exposeAgent, type PushMetrics } from './expose/index.ts';
import { type ClosedWindow, Fold, type FoldOptions } from './fold/index.ts';
import {
  createTransport,
  type Disk,
  type FolderLock,
  lockFolder,
  openDisk,
  Pusher,
  Queue,
  type QueuedBatch,
  RefusedFiles,
  Sealer,
  type SendOutcome,
  type TlsMaterial,
  type Transport,
} from './push/index.ts';
import { DEFAULT_FOLD, DEFAULT_PUSH, type FoldSettings, type PushSettings } from './settings.ts';

/** What an agent needs. */
export interface AgentOptions {
  readonly source: Source;
  /** Folder of the disk queue, for one agent alone, which locks it; made if it is not there. */
  readonly queueDir: string;
  /** Where batches are posted, path included: https only. */
  readonly endpoint: URL;
  /** Material for mutual TLS, or where to get it: asked for every request, so that renewal needs no restart. */
  readonly tls: TlsMaterial | (() => TlsMaterial);
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock?: Clock;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
  /** 64 random bits, for the name of a process' batches. */
  readonly newEpoch?: () => bigint;
  readonly fold?: Partial<FoldSettings>;
  readonly push?: Partial<PushSettings>;
  /** Called whenever one of the numbers may have changed. */
  readonly onProgress?: (progress: AgentProgress) => void;
}

/** Batches, counted since the agent started; those found on disk are counted when they end. */
export interface AgentProgress {
  readonly sealed: number;
  readonly acked: number;
  readonly refused: number;
  readonly dropped: number;
  /** On disk or in flight, still to be answered. */
  readonly left: number;
}

/** A running agent. */
export interface Agent {
  /**
   * Resolves when the source has ended (or `stop` was called) and everything sealed is answered, or
   * the deadline of `stop` has passed: then `left` says what is still on disk for the next start.
   * Rejects with TT_AGENT_SOURCE where the source threw (after what it had delivered was pushed),
   * TT_AGENT_QUEUE where the queue's folder cannot be used or another living agent holds it.
   */
  readonly finished: Promise<AgentProgress>;
  /** Stops reading, seals the windows as they stand and delivers within the deadline; same result as `finished`. */
  stop(): Promise<AgentProgress>;
}

/**
 * Starts an agent. Throws TT_AGENT_ENDPOINT for an endpoint that is not https and TT_AGENT_OPTIONS
 * for windows a batch out of range; what goes wrong later shows in `finished`.
 */
export function startAgent(options: AgentOptions): Agent {
  const run = new Run(options);
  const finished = run.run();
  return {
    finished,
    stop: () => {
      run.stop();
      return finished;
    },
  };
}

interface Parts {
  readonly lock: FolderLock;
  readonly queue: Queue;
  readonly fold: Fold;
  readonly sealer: Sealer;
  readonly pusher: Pusher;
  readonly refused: RefusedFiles;
}

class Run {
  readonly #options: AgentOptions;
  readonly #clock: Clock;
  readonly #push: PushSettings;
  readonly #transport: Transport;
  /** Aborted when reading is to end. */
  readonly #reading = new AbortController();
  /** Aborted when delivering is to end. */
  readonly #delivering = new AbortController();
  #deadline: Timer | undefined;
  #isDone: boolean = false;
  #lastAckMs: number | undefined;
  /** Batches of this process' own epoch that were acknowledged. */
  #ownAcked = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#push = { ...DEFAULT_PUSH, ...options.push };
    const { windowsPerBatch } = this.#push;
    if (!(windowsPerBatch >= 1 && windowsPerBatch <= 12)) {
      throw new AgentError(
        'TT_AGENT_OPTIONS',
        `push.windowsPerBatch is ${windowsPerBatch}; expected 1 to 12, an hour's windows at most`,
      );
    }
    const { endpoint, tls } = options;
    this.#transport = createTransport({
      endpoint,
      tls: typeof tls === 'function' ? tls : () => tls,
      timeoutMs: this.#push.requestTimeoutSeconds * SECOND_MS,
      connections: this.#push.lanes,
      userAgent: 'trimtab-agent',
      clock: this.#clock,
    });
  }

  async run(): Promise<AgentProgress> {
    const parts = await this.#open();
    parts.pusher.start();
    try {
      await this.#collect(parts);
    } catch (cause) {
      await this.#finish(parts);
      const { kind } = this.#options.source;
      throw new AgentError(
        'TT_AGENT_SOURCE',
        `source ${kind} failed; expected it to report what it cannot read and go on`,
        { cause },
      );
    }
    return this.#finish(parts);
  }

  stop(): void {
    if (this.#isDone || this.#reading.signal.aborted) return;
    const stopped = new Error('the agent stops');
    this.#reading.abort(stopped);
    this.#deadline = this.#clock.setTimer(this.#push.stopSeconds * SECOND_MS, () => {
      this.#delivering.abort(stopped);
    });
  }

  /** The loop: read, fold, seal, queue; the pusher sends on its own. */
  async #collect(parts: Parts): Promise<void> {
    for await (const reading of readingsUntil(this.#reading.signal, this.#options.source)) {
      for (const closed of parts.fold.add(reading)) await this.#seal(parts, closed);
      await this.#waitForRoom(parts.queue);
    }
  }

  /** Seals and delivers what is left, then closes everything. */
  async #finish(parts: Parts): Promise<AgentProgress> {
    for (const closed of parts.fold.flush()) await this.#seal(parts, closed);
    await parts.queue.append(await parts.sealer.flush());
    try {
      await parts.queue.drained(this.#delivering.signal);
    } catch {
      // The deadline of `stop`: what is left stays on disk.
    }
    this.#isDone = true;
    this.#deadline?.cancel();
    await parts.pusher.stop();
    await parts.queue.close();
    await parts.refused.close();
    await this.#release(parts.lock);
    this.#transport.close();
    const progress = progressOf(parts.queue);
    this.#options.log.info('agent-finished', { ...progress });
    this.#options.onProgress?.(progress);
    return progress;
  }

  async #seal({ queue, sealer }: Parts, closed: ClosedWindow): Promise<void> {
    const group = await sealer.take(closed);
    if (group.length === 0) return;
    await queue.append(group);
    this.#options.onProgress?.(progressOf(queue));
  }

  async #waitForRoom(queue: Queue): Promise<void> {
    const { maxWaiting } = this.#push;
    if (maxWaiting === 0 || queue.waiting <= maxWaiting) return;
    try {
      await queue.room(maxWaiting, this.#reading.signal);
    } catch {
      // Stopped while waiting: the loop sees the signal.
    }
  }

  async #open(): Promise<Parts> {
    const { disk, lock } = await this.#openDisk();
    try {
      return { lock, ...(await this.#openParts(disk)) };
    } catch (error) {
      await this.#release(lock);
      throw error;
    }
  }

  async #openParts(disk: Disk): Promise<Omit<Parts, 'lock'>> {
    const { log } = this.#options;
    const { maxHeldBytes, maxQueueBytes, maxRefusedBytes } = this.#push;
    const clock = this.#clock;
    const queue = await Queue.open({ disk, maxBytes: maxQueueBytes, maxHeldBytes, clock, log });
    const refused = new RefusedFiles({ disk, maxBytes: maxRefusedBytes, log });
    const fold = new Fold(this.#foldOptions(queue));
    const sealer = new Sealer({
      encoding: this.#push.compression,
      windowsPerBatch: this.#push.windowsPerBatch,
      maxBatchBytes: this.#push.maxBatchBytes,
      clock,
      log,
      newEpoch: this.#options.newEpoch ?? randomEpoch,
      counters: () => ({
        acked: this.#ownAcked,
        coarsened: 0,
        dropped: queue.counts.droppedWindows + sealer.unsealable,
      }),
    });
    const metrics = this.#expose({ fold, queue, sealer });
    const pusher = this.#pusher({ queue, refused, sealer, metrics });
    return { queue, fold, sealer, pusher, refused };
  }

  async #openDisk(): Promise<{ disk: Disk; lock: FolderLock }> {
    const { log, queueDir } = this.#options;
    try {
      const disk = await openDisk(queueDir);
      const lock = await lockFolder(disk, queueDir);
      if (lock.unwritten !== undefined) log.warn('queue-not-locked', { error: lock.unwritten });
      return { disk, lock };
    } catch (cause) {
      if (cause instanceof AgentError) throw cause;
      throw new AgentError(
        'TT_AGENT_QUEUE',
        `queue folder ${queueDir} cannot be used; expected a folder this process may make, list and write`,
        { cause },
      );
    }
  }

  async #release(lock: FolderLock): Promise<void> {
    try {
      await lock.release();
    } catch (error) {
      // It ends with this process at the latest.
      this.#options.log.warn('queue-not-unlocked', { error });
    }
  }

  #foldOptions(queue: Queue): FoldOptions {
    const settings = { ...DEFAULT_FOLD, ...this.#options.fold };
    const sealed = queue.lastSealed()?.sealedUntil;
    return {
      intervalMs: durationMs(settings.intervalSeconds * SECOND_MS),
      gapIntervals: settings.gapIntervals,
      startupMs: durationMs(settings.startupSeconds * SECOND_MS),
      graceMs: durationMs(settings.graceSeconds * SECOND_MS),
      maxContainers: settings.maxContainers,
      // A clock that was ahead when the last batch was sealed must not silence the agent until then.
      ...(sealed !== undefined && { sealedUntil: epochMs(Math.min(sealed, this.#clock.now())) }),
    };
  }

  #expose({ fold, queue, sealer }: Pick<Parts, 'fold' | 'queue' | 'sealer'>): PushMetrics {
    return exposeAgent(this.#options.metrics, {
      fold: () => fold.counts,
      queue: () => queue.counts,
      containers: () => fold.containers,
      waiting: () => queue.waiting,
      inFlight: () => queue.inFlight,
      queueBytes: () => queue.bytes,
      unsealable: () => sealer.unsealable,
      lastAckAgeSeconds: () =>
        this.#lastAckMs === undefined
          ? undefined
          : (this.#clock.monotonicMs() - this.#lastAckMs) / SECOND_MS,
    });
  }

  #pusher(
    parts: Omit<Parts, 'lock' | 'pusher' | 'fold'> & { readonly metrics: PushMetrics },
  ): Pusher {
    const { metrics, queue, refused, sealer } = parts;
    return new Pusher({
      queue,
      refused,
      transport: this.#transport,
      reseal: (header, body) => sealer.reseal(header, body),
      lanes: this.#push.lanes,
      backoff: {
        baseMs: this.#push.backoffBaseSeconds * SECOND_MS,
        capMs: this.#push.backoffCapSeconds * SECOND_MS,
      },
      clock: this.#clock,
      random: this.#options.random ?? Math.random,
      log: this.#options.log,
      onAttempt: (outcome, seconds, batch) => {
        metrics.attempt(outcome, seconds, batch.location.length);
        this.#noteAck(outcome, batch, sealer.epoch);
      },
      onSettled: () => this.#options.onProgress?.(progressOf(queue)),
    });
  }

  #noteAck(outcome: SendOutcome, batch: QueuedBatch, epoch: bigint): void {
    if (outcome.kind !== 'sent' && outcome.kind !== 'duplicate') return;
    this.#lastAckMs = this.#clock.monotonicMs();
    if (batch.header.identity.epoch === epoch) this.#ownAcked += 1;
  }
}

function progressOf(queue: Queue): AgentProgress {
  const { acked, dropped, refused, sealed } = queue.counts;
  return { sealed, acked, refused, dropped, left: queue.waiting + queue.inFlight };
}

/** 64 random bits: two processes never share an epoch, whatever becomes of their disks. */
function randomEpoch(): bigint {
  return randomBytes(8).readBigUInt64LE();
}
