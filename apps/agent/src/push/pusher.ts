/**
 * Sends what the queue holds, a few batches at a time.
 *
 *   next ──► wait for a pause to end ──► post ──► sent, duplicate ──► settled as acked
 *                       ▲                  ├────► refused ──────────► set aside, settled
 *                       │                  ├────► conflict ─────────► sealed anew, settled as replaced
 *                       └── wait: jitter ◄─┴───── retry
 *
 * A lane keeps its batch until it is answered, so at most as many batches as there are lanes have
 * been sent and not answered. A Retry-After pauses all lanes: it speaks of the API, not of a batch.
 */
import { type Backoff, backoffMs, type Clock, type Log } from '@trimtab/daemon';
import { outcomeOf, type SendOutcome } from './outcome.ts';
import type { Queue, QueuedBatch, SealedBatch } from './queue.ts';
import type { BatchHeader } from './record.ts';
import type { RefusedFiles } from './refused.ts';
import type { Transport } from './transport.ts';

/** What sending needs. */
export interface PusherOptions {
  readonly queue: Queue;
  readonly transport: Transport;
  readonly refused: RefusedFiles;
  /** Gives a batch another name after a conflict; undefined where that cannot be done. */
  readonly reseal: (header: BatchHeader, body: Uint8Array) => Promise<SealedBatch | undefined>;
  /** Batches in flight at most. */
  readonly lanes: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  /** Called after every attempt, with the seconds it took. */
  readonly onAttempt: (outcome: SendOutcome, seconds: number, batch: QueuedBatch) => void;
  /** Called when a batch has come to its end. */
  readonly onSettled: () => void;
}

/** After a pause all agents would come back in the same instant; this spreads them. */
const AFTER_PAUSE_SPREAD_MS = 1_000;

/** See the head of the file. Started once, stopped once. */
export class Pusher {
  readonly #options: PusherOptions;
  readonly #stop = new AbortController();
  readonly #lanes: Promise<void>[] = [];
  #pausedUntilMs = 0;
  #isFailing: boolean = false;

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** Begins to send. */
  start(): void {
    for (let lane = 0; lane < this.#options.lanes; lane += 1) this.#lanes.push(this.#run());
  }

  /** Cuts off what is being sent and gives it back to the queue; resolves once all lanes have ended. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the agent stops'));
    await Promise.all(this.#lanes);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const batch = await this.#next();
      if (batch === undefined) return;
      try {
        await this.#deliver(batch);
      } catch (error) {
        this.#options.queue.giveBack(batch);
        if (!signal.aborted) this.#options.log.error('push-broken', { error });
        if (!signal.aborted) await this.#sleep(this.#options.backoff.capMs);
      }
    }
  }

  async #next(): Promise<QueuedBatch | undefined> {
    try {
      return await this.#options.queue.next(this.#stop.signal);
    } catch {
      // Only the stop signal ends the wait.
      return undefined;
    }
  }

  /** Tries until the batch is answered; rejects only if stopped meanwhile. */
  async #deliver(batch: QueuedBatch): Promise<void> {
    const { queue } = this.#options;
    const body = await queue.body(batch);
    if (body === undefined) {
      this.#options.log.error('batch-unreadable', { hour: batch.header.hour });
      await queue.settle(batch, 'dropped');
      return;
    }
    for (let failures = 0; ; ) {
      await this.#waitForPause();
      const outcome = await this.#attempt(batch, body);
      if (outcome.kind !== 'retry') {
        this.#reportSuccess();
        await this.#settle(batch, body, outcome);
        this.#options.onSettled();
        return;
      }
      failures += 1;
      await this.#waitAfterFailure(outcome, failures);
    }
  }

  async #attempt(batch: QueuedBatch, body: Uint8Array): Promise<SendOutcome> {
    const { clock, onAttempt, transport } = this.#options;
    const startMs = clock.monotonicMs();
    const reply = await transport.post(body, batch.header.encoding, this.#stop.signal);
    this.#stop.signal.throwIfAborted();
    const outcome = outcomeOf(reply, clock.now());
    onAttempt(outcome, (clock.monotonicMs() - startMs) / 1_000, batch);
    return outcome;
  }

  async #settle(
    batch: QueuedBatch,
    body: Uint8Array,
    outcome: Exclude<SendOutcome, { kind: 'retry' }>,
  ): Promise<void> {
    const { log, queue, refused } = this.#options;
    const { hour, windows } = batch.header;
    switch (outcome.kind) {
      case 'sent':
      case 'duplicate':
        if (outcome.rejectedPoints > 0) {
          const { message, rejectedPoints } = outcome;
          log.warn('points-rejected', { hour, rejectedPoints, reason: message });
        }
        await queue.settle(batch, 'acked');
        return;
      case 'refused':
        log.error('batch-refused', { hour, windows, reason: outcome.reason });
        await refused.keep(batch.header, body, outcome.reason);
        await queue.settle(batch, 'refused');
        return;
      case 'conflict':
        await this.#replace(batch, body);
    }
  }

  /** The new batch is on disk before the old one is given up; it names the old one, so a crash between the two is harmless. */
  async #replace(batch: QueuedBatch, body: Uint8Array): Promise<void> {
    const { queue, refused, reseal } = this.#options;
    // One already renamed was refused under a name nobody else can have: the API is at fault.
    const renamed =
      batch.header.replaces === undefined ? await reseal(batch.header, body) : undefined;
    if (renamed === undefined) {
      await refused.keep(batch.header, body, 'conflict that could not be resolved');
      await queue.settle(batch, 'refused');
      return;
    }
    await queue.append([renamed]);
    await queue.settle(batch, 'replaced');
  }

  async #waitAfterFailure(
    outcome: Extract<SendOutcome, { kind: 'retry' }>,
    failures: number,
  ): Promise<void> {
    const { backoff, clock, log, random } = this.#options;
    const { afterMs, reason } = outcome;
    if (!this.#isFailing) log.warn('push-failed', { reason, afterMs });
    this.#isFailing = true;
    if (afterMs === undefined) {
      await this.#sleep(backoffMs(failures, backoff, random));
      return;
    }
    const untilMs = clock.monotonicMs() + afterMs;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
    await this.#waitForPause();
    await this.#sleep(random() * AFTER_PAUSE_SPREAD_MS);
  }

  #reportSuccess(): void {
    if (this.#isFailing) this.#options.log.info('push-recovered');
    this.#isFailing = false;
  }

  async #waitForPause(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const leftMs = this.#pausedUntilMs - clock.monotonicMs();
      if (leftMs <= 0) return;
      await this.#sleep(leftMs);
    }
  }

  #sleep(ms: number): Promise<void> {
    return this.#options.clock.sleep(ms, this.#stop.signal);
  }
}
