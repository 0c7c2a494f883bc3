/**
 * Sealed batches on their way out, on disk.
 *
 *   append ──► held (memory) ──► written and synced ──► waiting ──► in flight ──► settled
 *                │  a write failed: stays held,            │  ▲         │
 *                │  tried again later                      │  └─ returned, if the agent stops
 *                └── too much held ────────┐               │
 *                                          ▼               ▼
 *                              dropped, the oldest never sent first
 *
 * Only what is synced is ever sent. A batch that was sent once is dropped last of all: the API may
 * have it. Until windows can be merged into coarser ones, dropping is the answer to a full queue.
 */
import type { Clock, Log, Timer } from '@trimtab/daemon';
import { ChangeSignal } from './change.ts';
import type { Disk } from './disk.ts';
import { type BatchHeader, encodeRecord } from './record.ts';
import type { Location, RecoveredBatch } from './recovery.ts';
import type { Ending } from './segment-files.ts';
import { type EncodedRecord, Segments } from './segments.ts';

/** A batch as it goes out: never changed after it was made. */
export interface SealedBatch {
  readonly header: BatchHeader;
  /** Compressed as the header says. */
  readonly body: Uint8Array;
}

/** A batch on disk. */
export interface QueuedBatch {
  readonly header: BatchHeader;
  readonly location: Location;
  /** Whether it was, or may have been, sent. */
  isTried: boolean;
}

/** What the queue needs. */
export interface QueueOptions {
  readonly disk: Disk;
  /** Most bytes on disk. */
  readonly maxBytes: number;
  /** Most bytes held in memory while the disk cannot be written. */
  readonly maxHeldBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What became of the batches since the queue was opened; every number only grows. At any moment
 * sealed + recovered = acked + refused + dropped + replaced + waiting + in flight.
 */
export interface QueueCounts {
  sealed: number;
  acked: number;
  refused: number;
  dropped: number;
  droppedWindows: number;
  /** Sealed anew under another name after a conflict; the new one counts as sealed too. */
  replaced: number;
  /** Batches of earlier processes found on disk. */
  recovered: number;
  /** Writes that failed and were tried again. */
  writeFailures: number;
  /** Notes of an ending that could not be written: such a batch is sent again after a restart. */
  unnoted: number;
}

interface HeldGroup {
  readonly records: readonly EncodedRecord[];
  readonly bytes: number;
}

/** How long a disk that could not be written is left alone, unless something happens before. */
const RETRY_WRITE_MS = 15_000;
/** Batches known at once: a bound for memory where batches are tiny. */
const MAX_BATCHES = 50_000;

/** See the head of the file. Every method may be called at any time; disk work is done one step after another. */
export class Queue {
  readonly counts: QueueCounts = {
    sealed: 0,
    acked: 0,
    refused: 0,
    dropped: 0,
    droppedWindows: 0,
    replaced: 0,
    recovered: 0,
    writeFailures: 0,
    unnoted: 0,
  };
  readonly #options: QueueOptions;
  readonly #segments: Segments;
  readonly #changed = new ChangeSignal();
  #waiting: QueuedBatch[];
  readonly #inFlight = new Set<QueuedBatch>();
  readonly #held: HeldGroup[] = [];
  #heldBytes = 0;
  #lastStep: Promise<unknown> = Promise.resolve();
  #retryTimer: Timer | undefined;
  #isFailing: boolean = false;
  #isDiskFull: boolean = false;
  #isDropping: boolean = false;
  #isClosed: boolean = false;

  private constructor(options: QueueOptions, segments: Segments, found: readonly RecoveredBatch[]) {
    this.#options = options;
    this.#segments = segments;
    // An earlier process may have sent them without living to see the answer.
    this.#waiting = found.map((batch) => ({ ...batch, isTried: true }));
    this.counts.recovered = found.length;
  }

  /** Opens the queue with what earlier processes left in it. Rejects only if the folder cannot be listed. */
  static async open(options: QueueOptions): Promise<Queue> {
    const segmentBytes = Math.min(Math.max(options.maxBytes / 64, 16_384), 262_144);
    const { segments, recovery } = await Segments.open(options.disk, segmentBytes);
    const unreadable = recovery.segments.filter(({ isReadable }) => !isReadable).length;
    const { tornBytes, damaged } = recovery;
    options.log.info('queue-opened', { waiting: recovery.waiting.length, tornBytes });
    if (damaged + unreadable > 0) options.log.warn('queue-damaged', { damaged, unreadable });
    return new Queue(options, segments, recovery.waiting);
  }

  /** The last batch whose whole group is on disk, by whichever process; undefined for an empty folder. */
  lastSealed(): BatchHeader | undefined {
    return this.#segments.lastSealed;
  }

  /** Batches that wait for a turn: on disk, or held until they are. */
  get waiting(): number {
    return this.#waiting.length + this.#held.reduce((sum, { records }) => sum + records.length, 0);
  }

  /** Batches being sent at this moment. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Bytes on disk and held. */
  get bytes(): number {
    return this.#segments.bytes + this.#heldBytes;
  }

  /** Whether the last attempt to write failed. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /**
   * Takes the batches of one sealing: all of them count or none. Resolves once they are synced or,
   * if the disk cannot be written, held in memory; never rejects.
   */
  async append(batches: readonly SealedBatch[]): Promise<void> {
    if (batches.length === 0) return;
    const records = batches.map(({ header, body }, index): EncodedRecord => {
      const isLastOfGroup = index === batches.length - 1;
      return { header, bytes: encodeRecord({ kind: 'batch', header, body, isLastOfGroup }) };
    });
    const bytes = records.reduce((sum, record) => sum + record.bytes.length, 0);
    this.counts.sealed += batches.length;
    this.#held.push({ records, bytes });
    this.#heldBytes += bytes;
    await this.#step(() => this.#writeHeld());
  }

  /** The batch that waits longest, from now on in flight; waits for one. Rejects with the signal's reason. */
  async next(signal: AbortSignal): Promise<QueuedBatch> {
    for (;;) {
      signal.throwIfAborted();
      const batch = this.#waiting.shift();
      if (batch !== undefined) {
        batch.isTried = true;
        this.#inFlight.add(batch);
        this.#changed.notify();
        return batch;
      }
      await this.#changed.next(signal);
    }
  }

  /** The compressed bytes of a batch; undefined where the disk no longer gives back what was written. */
  async body(batch: QueuedBatch): Promise<Uint8Array | undefined> {
    try {
      return await this.#segments.readBody(batch.location);
    } catch (error) {
      this.#options.log.error('queue-read-failed', { error });
      return undefined;
    }
  }

  /** Ends a batch in flight. */
  async settle(batch: QueuedBatch, ending: Ending): Promise<void> {
    if (!this.#inFlight.delete(batch)) return;
    this.#count(batch.header, ending);
    await this.#step(async () => {
      await this.#markDone(batch, ending);
      if (this.#held.length > 0) await this.#writeHeld();
    });
  }

  /** Puts a batch in flight back to the head of the queue, unanswered. */
  giveBack(batch: QueuedBatch): void {
    if (this.#inFlight.delete(batch)) this.#waiting.unshift(batch);
    this.#changed.notify();
  }

  /** Resolves once nothing is waiting, held or in flight. */
  async drained(signal: AbortSignal): Promise<void> {
    while (this.waiting + this.#inFlight.size > 0) await this.#changed.next(signal);
  }

  /** Resolves once no more than `most` batches wait. */
  async room(most: number, signal: AbortSignal): Promise<void> {
    while (this.waiting > most) await this.#changed.next(signal);
  }

  /** Tries once more to write what is held, then closes the files. What is still held is lost and counted. */
  async close(): Promise<void> {
    await this.#step(() => this.#writeHeld());
    this.#isClosed = true;
    this.#retryTimer?.cancel();
    while (this.#held.length > 0) this.#dropHeld();
    await this.#step(() => this.#segments.close());
  }

  /** Runs disk work after all that was asked for before; failures are the work's own business. */
  #step(work: () => Promise<void>): Promise<void> {
    const done = this.#lastStep.then(work).finally(() => this.#changed.notify());
    this.#lastStep = done.catch(() => undefined);
    return done;
  }

  async #writeHeld(): Promise<void> {
    for (let group = this.#held[0]; group !== undefined; group = this.#held[0]) {
      if (group.bytes > this.#options.maxBytes) this.#dropHeld();
      else if (!(await this.#makeRoom(group)) || !(await this.#writeOldestHeld())) break;
    }
    while (this.#heldBytes > this.#options.maxHeldBytes) {
      const isWritten = (await this.#freeSegment()) && (await this.#writeOldestHeld());
      if (!isWritten) this.#dropHeld();
    }
  }

  async #writeOldestHeld(): Promise<boolean> {
    const group = this.#held[0];
    if (group === undefined) return false;
    for (const isSecondTry of [false, true]) {
      try {
        const locations = await this.#segments.append(group.records);
        group.records.forEach(({ header }, index) => {
          const location = locations[index];
          if (location !== undefined) this.#waiting.push({ header, location, isTried: false });
        });
        this.#held.shift();
        this.#heldBytes -= group.bytes;
        this.#reportWrite(undefined);
        return true;
      } catch (error) {
        this.counts.writeFailures += 1;
        // A full disk may have room once finished segments are gone.
        if (!isSecondTry) await this.#segments.shed();
        else this.#reportWrite(error);
      }
    }
    return false;
  }

  /** Says it once when writing begins to fail and once when it works again. */
  #reportWrite(error: unknown): void {
    const { clock, log } = this.#options;
    const isFailing = error !== undefined;
    if (isFailing && !this.#isFailing) log.error('queue-write-failed', { error });
    if (!isFailing && this.#isFailing) log.info('queue-write-recovered');
    this.#isFailing = isFailing;
    this.#isDiskFull = isFailing && isFullError(error);
    this.#retryTimer?.cancel();
    this.#retryTimer = undefined;
    if (!isFailing || this.#isClosed) return;
    this.#retryTimer = clock.setTimer(RETRY_WRITE_MS, () => {
      void this.#step(() => this.#writeHeld());
    });
  }

  /** Drops the oldest until the group fits; false where all that is left is being sent and must be waited for. */
  async #makeRoom(group: HeldGroup): Promise<boolean> {
    const { maxBytes } = this.#options;
    const isFull = (): boolean =>
      this.#segments.bytes + group.bytes > maxBytes || this.#waiting.length >= MAX_BATCHES;
    // Only well below the bound is it a new occasion to report: at it, every other batch would be one.
    if (this.#segments.bytes < maxBytes / 2) this.#isDropping = false;
    while (isFull()) {
      if (!(await this.#dropOldest())) return this.#inFlight.size === 0;
    }
    return true;
  }

  /** On a full disk drops the oldest until a segment is gone; false where that frees nothing or the disk has another trouble. */
  async #freeSegment(): Promise<boolean> {
    const before = this.#segments.bytes;
    while (this.#isDiskFull && this.#segments.bytes >= before) {
      if (!(await this.#dropOldest())) return false;
      await this.#segments.shed();
    }
    return this.#isDiskFull;
  }

  /** Drops the oldest batch that was never sent, or the oldest that waits; false where none waits. */
  async #dropOldest(): Promise<boolean> {
    const neverSent = this.#waiting.findIndex(({ isTried }) => !isTried);
    const [batch] = this.#waiting.splice(Math.max(neverSent, 0), 1);
    if (batch === undefined) return false;
    this.#count(batch.header, 'dropped');
    await this.#markDone(batch, 'dropped');
    return true;
  }

  #dropHeld(): void {
    const group = this.#held.shift();
    this.#heldBytes -= group?.bytes ?? 0;
    for (const { header } of group?.records ?? []) this.#count(header, 'dropped');
  }

  async #markDone(batch: QueuedBatch, ending: Ending): Promise<void> {
    if (!(await this.#segments.markDone(batch.location, ending))) this.counts.unnoted += 1;
  }

  #count(header: BatchHeader, ending: Ending): void {
    if (ending === 'acked') this.counts.acked += 1;
    if (ending === 'refused') this.counts.refused += 1;
    if (ending === 'replaced') this.counts.replaced += 1;
    if (ending !== 'dropped') return;
    this.counts.dropped += 1;
    this.counts.droppedWindows += header.windows;
    if (this.#isDropping) return;
    this.#isDropping = true;
    const { maxBytes, log } = this.#options;
    log.warn('queue-dropping', { bytes: this.bytes, maxBytes, hour: header.hour });
  }
}

function isFullError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'ENOSPC' || error.code === 'EDQUOT';
}
