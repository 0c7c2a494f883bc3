/**
 * The queue's files. A segment `00000012.batches` is appended to, synced and never changed; beside
 * it `00000012-00000040.acks` says which of its records are done, as written by the process whose
 * first number was 40. A segment is removed once all its records are done and a newer one exists.
 *
 *   opened with a mark ──► filled ──► closed ──► all done ──► removed
 *                            └── a write or sync failed: closed at once, the records go to a new one
 *
 * The mark at the head of each segment repeats what had been sealed before, so the last identity is
 * known even when every batch was acknowledged and removed. Nothing is ever appended to a segment of
 * an earlier process: its torn tail needs no repair.
 */
import type { Disk, DiskFile } from './disk.ts';
import { type BatchHeader, bodyOf, encodeRecord, furtherSealed } from './record.ts';
import { type Location, type Recovery, recover } from './recovery.ts';
import { ACK_BYTES, acksName, type Ending, encodeAck, segmentName } from './segment-files.ts';

/** A record ready to be written. */
export interface EncodedRecord {
  readonly header: BatchHeader;
  readonly bytes: Uint8Array;
}

interface Segment {
  readonly number: number;
  /** Bytes on disk, acks left out. */
  bytes: number;
  /** Batches not done yet. */
  live: number;
  acks?: { readonly file: DiskFile; at: number };
  readonly ackNames: string[];
}

interface Active {
  readonly segment: Segment;
  readonly file: DiskFile;
}

/** The segments of one folder. Calls must not overlap: the queue makes them one after another. */
export class Segments {
  readonly #disk: Disk;
  readonly #segmentBytes: number;
  readonly #byNumber = new Map<number, Segment>();
  readonly #generation: number;
  #nextNumber: number;
  #active: Active | undefined;
  #lastSealed: BatchHeader | undefined;

  private constructor(disk: Disk, segmentBytes: number, recovery: Recovery) {
    this.#disk = disk;
    this.#segmentBytes = segmentBytes;
    this.#generation = recovery.nextNumber;
    this.#nextNumber = recovery.nextNumber;
    this.#lastSealed = recovery.lastSealed;
    for (const { number, bytes, ackNames, isReadable } of recovery.segments) {
      // What could not be read is kept for a later start.
      const live = isReadable ? 0 : Number.POSITIVE_INFINITY;
      this.#byNumber.set(number, { number, bytes, live, ackNames: [...ackNames] });
    }
    for (const { location } of recovery.waiting) {
      const segment = this.#byNumber.get(location.segment);
      if (segment !== undefined) segment.live += 1;
    }
  }

  /** Reads what is there. Rejects only if the folder cannot be listed. */
  static async open(
    disk: Disk,
    segmentBytes: number,
  ): Promise<{ segments: Segments; recovery: Recovery }> {
    const recovery = await recover(disk);
    return { segments: new Segments(disk, segmentBytes, recovery), recovery };
  }

  /** Bytes of all segments on disk. */
  get bytes(): number {
    let sum = 0;
    for (const segment of this.#byNumber.values()) sum += segment.bytes;
    return sum;
  }

  /** Header of the batch that says most is sealed, of those that were synced with their whole group. */
  get lastSealed(): BatchHeader | undefined {
    return this.#lastSealed;
  }

  /** Appends a group and returns once it is synced. On failure nothing counts as written; the next call uses a new file. */
  async append(group: readonly EncodedRecord[]): Promise<readonly Location[]> {
    const target =
      this.#active !== undefined && this.#active.segment.bytes < this.#segmentBytes
        ? this.#active
        : await this.#openSegment();
    const { segment, file } = target;
    const locations: Location[] = [];
    const start = segment.bytes;
    for (const { bytes } of group) {
      locations.push({ segment: segment.number, offset: segment.bytes, length: bytes.length });
      segment.bytes += bytes.length;
    }
    try {
      await file.write(concatenated(group), start);
      await file.sync();
    } catch (error) {
      // On a full disk the half-written group would hold room for nothing.
      await quietly(file.truncate(start));
      await this.#abandon();
      throw error;
    }
    segment.live += group.length;
    for (const { header } of group) this.#lastSealed = furtherSealed(this.#lastSealed, header);
    await this.#removeDone();
    return locations;
  }

  /** The body of a batch; undefined where the bytes are damaged. Rejects where the file cannot be read. */
  async readBody(location: Location): Promise<Uint8Array | undefined> {
    const { segment, offset, length } = location;
    return bodyOf(await this.#disk.read(segmentName(segment), offset, length));
  }

  /**
   * Notes that a batch is done and frees what that frees. Says whether the note was written: one
   * that was not only means that the batch is sent once more after a restart.
   */
  async markDone(location: Location, ending: Ending): Promise<boolean> {
    const segment = this.#byNumber.get(location.segment);
    if (segment === undefined) return false;
    segment.live -= 1;
    const isRemovedNow = segment.live === 0 && this.#isClosed(segment);
    const isNoted = isRemovedNow || (await this.#writeAck(segment, location.offset, ending));
    await this.#removeDone();
    return isNoted;
  }

  /**
   * For a full disk: closes the segment in use and removes every one that is done, even the newest.
   * Until the next append the last identity is then only in memory.
   */
  async shed(): Promise<void> {
    await this.#abandon();
    for (const segment of [...this.#byNumber.values()]) {
      if (segment.live === 0) await this.#remove(segment);
    }
  }

  async close(): Promise<void> {
    await this.#abandon();
    for (const segment of this.#byNumber.values()) await quietly(segment.acks?.file.close());
  }

  /** A newer segment carries the mark, so this one may go once its records are done. */
  #isClosed(segment: Segment): boolean {
    return this.#active !== undefined && segment.number < this.#active.segment.number;
  }

  async #openSegment(): Promise<Active> {
    await this.#abandon();
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const file = await this.#disk.create(segmentName(number));
    const segment: Segment = { number, bytes: 0, live: 0, ackNames: [] };
    this.#byNumber.set(number, segment);
    this.#active = { segment, file };
    if (this.#lastSealed === undefined) return this.#active;
    const mark = encodeRecord({
      kind: 'mark',
      header: this.#lastSealed,
      isLastOfGroup: true,
      body: new Uint8Array(),
    });
    try {
      await file.write(mark, 0);
    } catch (error) {
      await this.#abandon();
      throw error;
    }
    segment.bytes = mark.length;
    return this.#active;
  }

  /** Stops appending to the segment in use; what was synced in it stays valid. */
  async #abandon(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    await quietly(active?.file.close());
  }

  async #removeDone(): Promise<void> {
    for (const segment of [...this.#byNumber.values()]) {
      if (segment.live === 0 && this.#isClosed(segment)) await this.#remove(segment);
    }
  }

  async #remove(segment: Segment): Promise<void> {
    await quietly(segment.acks?.file.close());
    delete segment.acks;
    try {
      await this.#disk.remove(segmentName(segment.number));
      for (const name of segment.ackNames) await this.#disk.remove(name);
      this.#byNumber.delete(segment.number);
    } catch {
      // It stays in the map, so its bytes still count and the next call tries again.
    }
  }

  async #writeAck(segment: Segment, offset: number, ending: Ending): Promise<boolean> {
    try {
      segment.acks ??= await this.#openAcks(segment);
      await segment.acks.file.write(encodeAck(offset, ending), segment.acks.at);
      segment.acks.at += ACK_BYTES;
      return true;
    } catch {
      return false;
    }
  }

  async #openAcks(segment: Segment): Promise<{ file: DiskFile; at: number }> {
    const name = acksName(segment.number, this.#generation);
    const file = await this.#disk.create(name);
    segment.ackNames.push(name);
    return { file, at: 0 };
  }
}

function concatenated(group: readonly EncodedRecord[]): Uint8Array {
  const [only] = group;
  if (group.length === 1 && only !== undefined) return only.bytes;
  return Buffer.concat(group.map(({ bytes }) => bytes));
}

/** For steps whose failure changes nothing: closing a file that is given up, cutting off its tail. */
async function quietly(step: Promise<void> | undefined): Promise<void> {
  try {
    await step;
  } catch {
    // Nothing depends on it.
  }
}
