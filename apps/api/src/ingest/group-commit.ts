/**
 * One transaction for many pushes. A push waits in a bounded queue until a group is full or its first member has
 * waited long enough; two groups may be under way, so that one is filled while the other one is synced to disk.
 *
 *     queued --group full, wait over or a slot free--> under way --committed--> answered
 *        |                                                  |--unavailable--> every member: unavailable
 *        |--queue full--> busy                              |--other failure--> its members one by one
 *        |--deadline--> unavailable (a member under way may still be committed: its repeat is a duplicate)
 */
import type { Clock, Timer } from '@trimtab/daemon';
import type { Push, PushOutcome } from '@trimtab/store/ingest';

/** What a push gets to hear. */
export type CommitAnswer =
  | PushOutcome
  /** The queue is full, or closed. */
  | { readonly kind: 'busy' }
  /** Not committed as far as is known; to be repeated. */
  | { readonly kind: 'unavailable'; readonly error: unknown }
  /** The database refuses this push for good. */
  | { readonly kind: 'unstorable'; readonly error: unknown };

/** How groups are made, and who commits them. */
export interface GroupCommitOptions {
  readonly append: (pushes: readonly Push[]) => Promise<readonly PushOutcome[]>;
  /** How a failed group is to be taken: nothing can be stored, one push is to blame, or it is not known which. */
  readonly judge: (error: unknown) => 'unavailable' | 'unstorable' | 'unknown';
  readonly clock: Clock;
  readonly groupSize: number;
  readonly groupBytes: number;
  readonly groupWaitMs: number;
  readonly groupsInFlight: number;
  readonly maxQueued: number;
  readonly commitDeadlineMs: number;
  /** Called after each transaction. */
  readonly onGroup?: (group: {
    readonly pushes: number;
    readonly seconds: number;
    readonly error: unknown;
  }) => void;
}

interface Waiter {
  readonly push: Push;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly deadline: Timer;
  readonly settle: (answer: CommitAnswer) => void;
}

/** The queue and its groups. */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #queue: Waiter[] = [];
  readonly #running = new Set<Promise<void>>();
  #queuedBytes = 0;
  #wake: Timer | undefined;
  #isHurrying: boolean = false;
  #isClosed: boolean = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Pushes that wait for a transaction to take them. */
  get depth(): number {
    return this.#queue.length;
  }

  /** Waits until the push is committed or will not be; never rejects. */
  commit(push: Push): Promise<CommitAnswer> {
    if (this.#isClosed || this.#queue.length >= this.#options.maxQueued) {
      return Promise.resolve({ kind: 'busy' });
    }
    const { promise, resolve } = Promise.withResolvers<CommitAnswer>();
    const waiter: Waiter = {
      push,
      bytes: push.bodies.reduce((sum, body) => sum + body.block.byteLength, 0),
      sinceMs: this.#options.clock.monotonicMs(),
      deadline: this.#options.clock.setTimer(this.#options.commitDeadlineMs, () =>
        this.#giveUp(waiter),
      ),
      settle: (answer) => {
        waiter.deadline.cancel();
        resolve(answer);
      },
    };
    this.#queue.push(waiter);
    this.#queuedBytes += waiter.bytes;
    this.#startGroups();
    return promise;
  }

  /** From now on no push waits for company; for a process that is leaving. */
  hurry(): void {
    this.#isHurrying = true;
    this.#startGroups();
  }

  /** Takes nothing more, commits what waits and resolves when no group is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.hurry();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #giveUp(waiter: Waiter): void {
    const at = this.#queue.indexOf(waiter);
    if (at >= 0) {
      this.#queue.splice(at, 1);
      this.#queuedBytes -= waiter.bytes;
    }
    const seconds = this.#options.commitDeadlineMs / 1000;
    const error = new Error(`the push was not committed within ${seconds} s`);
    waiter.settle({ kind: 'unavailable', error });
  }

  #startGroups(): void {
    this.#wake?.cancel();
    this.#wake = undefined;
    while (this.#queue.length > 0 && this.#running.size < this.#options.groupsInFlight) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#wake = this.#options.clock.setTimer(waitMs, () => this.#startGroups());
        return;
      }
      const group = this.#takeGroup();
      const running = this.#run(group).finally(() => {
        this.#running.delete(running);
        this.#startGroups();
      });
      this.#running.add(running);
    }
  }

  /** How long the group that could start now should still wait for company; 0 = not at all. */
  #waitMs(): number {
    const { groupSize, groupBytes, groupWaitMs, clock } = this.#options;
    const [oldest] = this.#queue;
    if (oldest === undefined || this.#isHurrying) return 0;
    if (this.#queue.length >= groupSize || this.#queuedBytes >= groupBytes) return 0;
    return Math.max(0, oldest.sinceMs + groupWaitMs - clock.monotonicMs());
  }

  #takeGroup(): Waiter[] {
    const { groupSize, groupBytes } = this.#options;
    let bytes = 0;
    let count = 0;
    for (const waiter of this.#queue) {
      const isFull = count >= groupSize || (count > 0 && bytes + waiter.bytes > groupBytes);
      if (isFull) break;
      bytes += waiter.bytes;
      count += 1;
    }
    this.#queuedBytes -= bytes;
    return this.#queue.splice(0, count);
  }

  async #run(group: readonly Waiter[]): Promise<void> {
    const failure = await this.#append(group);
    if (failure === undefined) return;
    const verdict = this.#options.judge(failure.cause);
    if (verdict === 'unavailable' || group.length === 1) {
      settleAll(group, verdict, failure.cause);
      return;
    }
    await this.#runSingly(group);
  }

  /** Repeats a failed group push by push, so that one bad push does not cost its neighbours. */
  async #runSingly(group: readonly Waiter[]): Promise<void> {
    for (const [index, waiter] of group.entries()) {
      const failure = await this.#append([waiter]);
      if (failure === undefined) continue;
      const verdict = this.#options.judge(failure.cause);
      settleAll([waiter], verdict, failure.cause);
      if (verdict === 'unavailable') {
        settleAll(group.slice(index + 1), verdict, failure.cause);
        return;
      }
    }
  }

  /** Commits a group and answers its members; gives the failure back where there was one. */
  async #append(group: readonly Waiter[]): Promise<{ readonly cause: unknown } | undefined> {
    const { append, clock, onGroup } = this.#options;
    const startMs = clock.monotonicMs();
    const observe = (error: unknown): void =>
      onGroup?.({ pushes: group.length, seconds: (clock.monotonicMs() - startMs) / 1000, error });
    try {
      const outcomes = await append(group.map((waiter) => waiter.push));
      observe(undefined);
      for (const [index, waiter] of group.entries()) {
        const outcome = outcomes[index];
        waiter.settle(outcome ?? { kind: 'unavailable', error: new Error('no outcome was given') });
      }
      return undefined;
    } catch (cause) {
      observe(cause);
      return { cause };
    }
  }
}

function settleAll(
  group: readonly Waiter[],
  verdict: 'unavailable' | 'unstorable' | 'unknown',
  error: unknown,
): void {
  const kind = verdict === 'unstorable' ? 'unstorable' : 'unavailable';
  for (const waiter of group) waiter.settle({ kind, error });
}
