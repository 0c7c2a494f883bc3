/**
 * Windows become sealed batches: one UTC hour at most, 1 to 12 windows, named by (epoch, seq, sealed
 * day), encoded and compressed once. What is sealed at one time is one group: all of it gets onto
 * disk or none, so that "sealed until" is true after any crash.
 */
import type { Clock, Log } from '@trimtab/daemon';
import { type ContainerUsage, WINDOW_MS } from '@trimtab/history';
import { dayOf, durationMs, type EpochHour, epochMs, HOUR_MS, hourOf } from '@trimtab/units';
import {
  type Batch,
  type BatchCounters,
  type BatchIdentity,
  DEFAULT_DECODE_LIMITS,
  decodeExport,
  encodeExport,
  readBatches,
  WireError,
} from '@trimtab/wire/otlp';
import type { ClosedWindow } from '../fold/index.ts';
import { compress, decompress } from './compress.ts';
import { countWindows, coverEnd, layersOf } from './gather.ts';
import type { SealedBatch } from './queue.ts';
import type { BatchHeader, Encoding } from './record.ts';

/** What sealing needs. */
export interface SealOptions {
  readonly encoding: Encoding;
  /** Windows gathered before they are sealed, 1 to 12; fewer where an hour ends. */
  readonly windowsPerBatch: number;
  /** Above this many uncompressed bytes a batch is cut into several of the same hour. */
  readonly maxBatchBytes: number;
  readonly clock: Clock;
  readonly log: Log;
  /** 64 random bits, drawn at the start and after a conflict. */
  readonly newEpoch: () => bigint;
  /** What becomes of the agent's batches, told in each batch; `sealed` is kept here. */
  readonly counters: () => Omit<BatchCounters, 'sealed'>;
}

/** Uncompressed bytes of one window of one container, rather too many: where a first cut is made. */
const GUESSED_WINDOW_BYTES = 500;
/** For reading our own bytes again, whenever they were sealed. */
const ANY_AGE = durationMs(Number.MAX_VALUE);

/** Gathers closed windows and seals them. One a process: it owns the epoch. */
export class Sealer {
  readonly #options: SealOptions;
  #epoch: bigint;
  #seq = 0;
  #sealed = 0;
  #unsealable = 0;
  #gathered: ClosedWindow[] = [];
  #sealedUntil = 0;

  constructor(options: SealOptions) {
    this.#options = options;
    this.#epoch = options.newEpoch();
  }

  /** The epoch of the batches sealed from now on: random at the start, another one after a conflict. */
  get epoch(): bigint {
    return this.#epoch;
  }

  /** Windows lost since they could not be encoded. */
  get unsealable(): number {
    return this.#unsealable;
  }

  /** Takes a closed window; hands out a group of batches when one is due, in most cases none. */
  async take(closed: ClosedWindow): Promise<readonly SealedBatch[]> {
    const { windowsPerBatch } = this.#options;
    const [first] = this.#gathered;
    const isOtherHour = first !== undefined && hourOf(first.start) !== hourOf(closed.start);
    const before = isOtherHour ? await this.flush() : [];
    this.#gathered.push(closed);
    const isDue = this.#gathered.length >= windowsPerBatch || isLastOfHour(closed);
    return isDue ? [...before, ...(await this.flush())] : before;
  }

  /** Seals what is gathered; for the end of a source and for shutting down. */
  async flush(): Promise<readonly SealedBatch[]> {
    const gathered = this.#gathered;
    this.#gathered = [];
    const [first] = gathered;
    if (first === undefined) return [];
    const hour = hourOf(first.start);
    const group: SealedBatch[] = [];
    for (const layer of layersOf(gathered)) {
      this.#sealedUntil = Math.max(this.#sealedUntil, coverEnd(layer));
      for (const part of this.#cut(layer)) group.push(...(await this.#seal(hour, part)));
    }
    return group.map(({ header, body }) => ({
      header: { ...header, sealedUntil: epochMs(this.#sealedUntil) },
      body,
    }));
  }

  /**
   * Seals the contents of a batch anew, under a new epoch: the answer to a conflict, which says that
   * its name was used for other bytes. Undefined where the bytes no longer decode.
   */
  async reseal(header: BatchHeader, body: Uint8Array): Promise<SealedBatch | undefined> {
    const { encoding, log } = this.#options;
    try {
      const bytes = this.#renamed(
        await decompress(header.encoding, body, DEFAULT_DECODE_LIMITS.maxBytes),
        header.hour,
      );
      log.warn('batch-resealed', { hour: header.hour });
      return {
        header: { ...header, identity: bytes.identity, encoding, replaces: header.identity },
        body: await compress(encoding, bytes.message),
      };
    } catch (error) {
      log.error('batch-reseal-failed', { hour: header.hour, error });
      return undefined;
    }
  }

  #renamed(message: Uint8Array, hour: EpochHour): { identity: BatchIdentity; message: Uint8Array } {
    const { counters, hours } = readBatches(decodeExport(message, DEFAULT_DECODE_LIMITS), {
      now: epochMs(hour * HOUR_MS),
      maxAgeMs: ANY_AGE,
      maxFutureMs: ANY_AGE,
    });
    this.#epoch = this.#options.newEpoch();
    this.#seq = 1;
    const identity = this.#identity(this.#seq);
    const containers = hours.flatMap((found) => found.containers);
    const batch: Batch = { identity, hour, containers };
    return { identity, message: encodeExport(counters ? { ...batch, counters } : batch) };
  }

  /** A first cut by a guess; `#seal` cuts again what still turns out too large. */
  #cut(containers: readonly ContainerUsage[]): readonly (readonly ContainerUsage[])[] {
    const perContainer = (countWindows(containers) * GUESSED_WINDOW_BYTES) / containers.length;
    const most = Math.max(1, Math.floor(this.#options.maxBatchBytes / perContainer));
    const parts: ContainerUsage[][] = [];
    for (let at = 0; at < containers.length; at += most) {
      parts.push(containers.slice(at, at + most));
    }
    return parts;
  }

  async #seal(
    hour: EpochHour,
    containers: readonly ContainerUsage[],
  ): Promise<readonly SealedBatch[]> {
    const identity = this.#identity(this.#seq + 1);
    const counters = { ...this.#options.counters(), sealed: this.#sealed + 1 };
    const message = this.#encode({ identity, hour, counters, containers });
    const isTooLarge = message !== undefined && message.length > this.#options.maxBatchBytes;
    if (containers.length > 1 && (message === undefined || isTooLarge)) {
      const half = Math.ceil(containers.length / 2);
      return [
        ...(await this.#seal(hour, containers.slice(0, half))),
        ...(await this.#seal(hour, containers.slice(half))),
      ];
    }
    if (message === undefined) {
      this.#unsealable += countWindows(containers);
      return [];
    }
    this.#seq += 1;
    this.#sealed += 1;
    const { encoding } = this.#options;
    const windows = countWindows(containers);
    const header = { identity, hour, windows, encoding, sealedUntil: epochMs(this.#sealedUntil) };
    return [{ header, body: await compress(encoding, message) }];
  }

  /** Undefined where the batch holds something no receiver would take. */
  #encode(batch: Batch): Uint8Array | undefined {
    try {
      return encodeExport(batch);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (batch.containers.length === 1) this.#options.log.error('window-unsealable', { error });
      return undefined;
    }
  }

  #identity(seq: number): BatchIdentity {
    return { epoch: this.#epoch, seq, sealedDay: dayOf(epochMs(this.#options.clock.now())) };
  }
}

function isLastOfHour({ start }: ClosedWindow): boolean {
  return (start + WINDOW_MS) % HOUR_MS === 0;
}
