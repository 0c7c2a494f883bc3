import type { Disk } from './disk.ts';
import {
  type BatchHeader,
  type BatchName,
  type FoundRecord,
  furtherSealed,
  scanSegment,
} from './record.ts';
import { decodeAcks, parseFileName, segmentName } from './segment-files.ts';

/** Where a record is; `segment` is the number in the file's name. */
export interface Location {
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
}

/** A batch found on disk that nobody has answered yet. */
export interface RecoveredBatch {
  readonly header: BatchHeader;
  readonly location: Location;
}

/** A segment found on disk. */
export interface FoundSegment {
  readonly number: number;
  readonly bytes: number;
  readonly ackNames: readonly string[];
  /** A file that cannot be read is not known to be done. */
  readonly isReadable: boolean;
}

/** What earlier processes left. */
export interface Recovery {
  /** In the order in which they were sealed. */
  readonly waiting: readonly RecoveredBatch[];
  /** Header of the last batch whose whole group was sealed. */
  readonly lastSealed: BatchHeader | undefined;
  readonly segments: readonly FoundSegment[];
  /** Above every number in a file name. */
  readonly nextNumber: number;
  /** Bytes of torn tails. */
  readonly tornBytes: number;
  /** Records whose bytes had changed; what follows them was kept. */
  readonly damaged: number;
}

/** Reads the queue's folder. Rejects only if it cannot be listed; a file that cannot be read is named and left. */
export async function recover(disk: Disk): Promise<Recovery> {
  const listing = await disk.list();
  const found = new Map<number, { bytes: number; ackNames: string[] }>();
  const acks: { name: string; segment: number }[] = [];
  let nextNumber = 1;
  for (const { name, bytes } of listing) {
    const file = parseFileName(name);
    if (file === undefined) continue;
    const generation = file.kind === 'acks' ? file.generation : 0;
    nextNumber = Math.max(nextNumber, file.segment + 1, generation + 1);
    if (file.kind === 'batches') found.set(file.segment, { bytes, ackNames: [] });
    else acks.push({ name, segment: file.segment });
  }
  for (const { name, segment } of acks) {
    const owner = found.get(segment);
    // Left over from a removal that was cut short.
    if (owner === undefined) await disk.remove(name).catch(() => undefined);
    else owner.ackNames.push(name);
  }
  const reader = new RecoveryReader(disk);
  const segments: FoundSegment[] = [];
  for (const [number, { bytes, ackNames }] of [...found].sort(([a], [b]) => a - b)) {
    const isReadable = await reader.read(number, ackNames);
    segments.push({ number, bytes, ackNames, isReadable });
  }
  return { ...reader.finish(), segments, nextNumber };
}

/** Collects the batches of all segments in order, and takes out what is done, doubled or replaced. */
class RecoveryReader {
  readonly #disk: Disk;
  readonly #found = new Map<string, RecoveredBatch>();
  readonly #ended = new Set<string>();
  #lastSealed: BatchHeader | undefined;
  #tornBytes = 0;
  #damaged = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Says whether the segment could be read. */
  async read(number: number, ackNames: readonly string[]): Promise<boolean> {
    const bytes = await this.#readAll(segmentName(number));
    if (bytes === undefined) return false;
    const done = await this.#doneOffsets(ackNames);
    const scan = scanSegment(bytes);
    this.#tornBytes += bytes.length - scan.end;
    this.#damaged += scan.damaged;
    let group: FoundRecord[] = [];
    for (const record of scan.records) {
      group.push(record);
      if (!record.isLastOfGroup) continue;
      for (const member of group) this.#take(number, member, done);
      this.#lastSealed = furtherSealed(this.#lastSealed, record.header);
      group = [];
    }
    return true;
  }

  finish(): Pick<Recovery, 'waiting' | 'lastSealed' | 'tornBytes' | 'damaged'> {
    return {
      waiting: [...this.#found]
        .filter(([name]) => !this.#ended.has(name))
        .map(([, batch]) => batch),
      lastSealed: this.#lastSealed,
      tornBytes: this.#tornBytes,
      damaged: this.#damaged,
    };
  }

  #take(segment: number, record: FoundRecord, done: ReadonlySet<number>): void {
    if (record.kind === 'mark') return;
    const { header, offset, length } = record;
    const name = nameOf(header.identity);
    if (header.replaces !== undefined) this.#ended.add(nameOf(header.replaces));
    if (done.has(offset)) this.#ended.add(name);
    // A batch whose sync failed was written to the next segment too: the same bytes, once is enough.
    if (this.#found.has(name)) return;
    this.#found.set(name, { header, location: { segment, offset, length } });
  }

  async #doneOffsets(ackNames: readonly string[]): Promise<ReadonlySet<number>> {
    const done = new Set<number>();
    for (const name of ackNames) {
      const bytes = await this.#readAll(name);
      if (bytes === undefined) continue;
      for (const offset of decodeAcks(bytes)) done.add(offset);
    }
    return done;
  }

  async #readAll(name: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#disk.readAll(name);
    } catch {
      // Counted by the caller: the file stays where it is.
      return undefined;
    }
  }
}

function nameOf(name: BatchName): string {
  return `${name.epoch}/${name.seq}`;
}
