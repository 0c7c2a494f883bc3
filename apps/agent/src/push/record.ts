/**
 * One record of the disk queue, numbers little-endian:
 *
 *   u32 length of the payload | u32 CRC-32C of the payload | payload
 *
 *   payload: u8 version (1) | u8 kind | u8 flags | u8 encoding | u64 epoch | u64 seq | i32 sealed day
 *          | i32 hour | f64 sealed until, ms | u32 windows | u64 replaced epoch | u64 replaced seq
 *          | u16 length of note | note, UTF-8 | body
 *
 * kind 0 is a mark (what had been sealed when the segment was opened; no body), 1 a batch.
 * Flag bit 0: the last record of its group; a group counts only if all of it is there.
 * A replaced seq of 0 means none: real ones count from 1.
 */

import { type EpochHour, type EpochMs, epochDay, epochHour, epochMs } from '@trimtab/units';
import type { BatchIdentity } from '@trimtab/wire/otlp';
import { crc32c } from './crc32c.ts';

/** How a batch's bytes are compressed; also the HTTP content coding. */
export type Encoding = 'gzip' | 'zstd';

/** What the queue knows of a batch without reading its body. */
export interface BatchHeader {
  readonly identity: BatchIdentity;
  readonly hour: EpochHour;
  /** Everything up to this moment is sealed once this batch's group is. */
  readonly sealedUntil: EpochMs;
  /** Windows inside, one a container and five minutes. */
  readonly windows: number;
  readonly encoding: Encoding;
  /** The batch whose windows this one carries under a new name. */
  readonly replaces?: BatchName;
}

/** Names a batch of this agent. */
export interface BatchName {
  readonly epoch: bigint;
  readonly seq: number;
}

/** A record as it was found in a segment. */
export interface FoundRecord {
  readonly kind: 'mark' | 'batch';
  readonly header: BatchHeader;
  readonly isLastOfGroup: boolean;
  /** Where the record begins in its segment, and its whole length. */
  readonly offset: number;
  readonly length: number;
}

/** What to write: a mark, or a batch with its compressed bytes. */
export interface NewRecord {
  readonly kind: 'mark' | 'batch';
  readonly header: BatchHeader;
  readonly isLastOfGroup: boolean;
  readonly body: Uint8Array;
  /** Why the record stands where it stands; used by the file of refused batches. At most 1,000 bytes are kept. */
  readonly note?: string;
}

/** Of two headers the one that says more is sealed: a batch sealed anew comes late and says what was true long before. */
export function furtherSealed(a: BatchHeader | undefined, b: BatchHeader): BatchHeader {
  return a !== undefined && a.sealedUntil > b.sealedUntil ? a : b;
}

const FRAME_BYTES = 8;
const FIXED_BYTES = 58;
const VERSION = 1;
const KINDS = ['mark', 'batch'] as const;
const ENCODINGS = ['gzip', 'zstd'] as const;
const LAST_OF_GROUP = 1;
const MAX_NOTE_BYTES = 1_000;

/** The bytes of one record. */
export function encodeRecord(record: NewRecord): Uint8Array {
  const note = new TextEncoder().encode(record.note ?? '').subarray(0, MAX_NOTE_BYTES);
  const bytes = new Uint8Array(FRAME_BYTES + FIXED_BYTES + note.length + record.body.length);
  const view = new DataView(bytes.buffer);
  const { header } = record;
  view.setUint8(8, VERSION);
  view.setUint8(9, KINDS.indexOf(record.kind));
  view.setUint8(10, record.isLastOfGroup ? LAST_OF_GROUP : 0);
  view.setUint8(11, ENCODINGS.indexOf(header.encoding));
  view.setBigUint64(12, header.identity.epoch, true);
  view.setBigUint64(20, BigInt(header.identity.seq), true);
  view.setInt32(28, header.identity.sealedDay, true);
  view.setInt32(32, header.hour, true);
  view.setFloat64(36, header.sealedUntil, true);
  view.setUint32(44, header.windows, true);
  view.setBigUint64(48, header.replaces?.epoch ?? 0n, true);
  view.setBigUint64(56, BigInt(header.replaces?.seq ?? 0), true);
  view.setUint16(64, note.length, true);
  bytes.set(note, FRAME_BYTES + FIXED_BYTES);
  bytes.set(record.body, FRAME_BYTES + FIXED_BYTES + note.length);
  const payload = bytes.subarray(FRAME_BYTES);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, crc32c(payload), true);
  return bytes;
}

/** What a segment holds. */
export interface Scan {
  readonly records: readonly FoundRecord[];
  /** Where the sound part ends: the torn tail begins there. */
  readonly end: number;
  /** Records in the middle whose bytes do not match their checksum; what follows them was still read. */
  readonly damaged: number;
}

/**
 * Reads a segment as far as it is sound. Never throws, whatever the bytes: a record cut short, or
 * damaged with nothing sound behind it, is the torn tail of an interrupted write.
 */
export function scanSegment(bytes: Uint8Array): Scan {
  const records: FoundRecord[] = [];
  let damaged = 0;
  let suspected = 0;
  let end = 0;
  for (let at = 0; ; ) {
    const length = recordLength(bytes, at);
    if (length === undefined) break;
    const found = readRecord(bytes.subarray(at, at + length), at);
    at += length;
    if (found === undefined) {
      suspected += 1;
      continue;
    }
    records.push(found);
    damaged += suspected;
    suspected = 0;
    end = at;
  }
  return { records, end, damaged };
}

/** The body inside a record's bytes; undefined where they are not what was written. */
export function bodyOf(record: Uint8Array): Uint8Array | undefined {
  if (recordLength(record, 0) !== record.length || readRecord(record, 0) === undefined) {
    return undefined;
  }
  return record.subarray(FRAME_BYTES + FIXED_BYTES + viewOf(record).getUint16(64, true));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The whole length of the record at `at`; undefined where it does not fit into the bytes. */
function recordLength(bytes: Uint8Array, at: number): number | undefined {
  if (bytes.length - at < FRAME_BYTES + FIXED_BYTES) return undefined;
  const payload = viewOf(bytes).getUint32(at, true);
  const length = FRAME_BYTES + payload;
  return payload >= FIXED_BYTES && length <= bytes.length - at ? length : undefined;
}

/** Reads one whole record; undefined where checksum, version or a field's range is wrong. */
function readRecord(record: Uint8Array, offset: number): FoundRecord | undefined {
  const view = viewOf(record);
  if (view.getUint32(4, true) !== crc32c(record.subarray(FRAME_BYTES))) return undefined;
  const kind = KINDS[view.getUint8(9)];
  const encoding = ENCODINGS[view.getUint8(11)];
  const seq = Number(view.getBigUint64(20, true));
  const [day, hour, until] = [
    view.getInt32(28, true),
    view.getInt32(32, true),
    view.getFloat64(36, true),
  ];
  const noteEnd = FRAME_BYTES + FIXED_BYTES + view.getUint16(64, true);
  const isSound = day >= 0 && hour >= 0 && until >= 0 && until <= 8.64e15;
  if (view.getUint8(8) !== VERSION || kind === undefined || encoding === undefined)
    return undefined;
  if (!isSound || noteEnd > record.length || !Number.isSafeInteger(seq)) return undefined;
  const replacedSeq = Number(view.getBigUint64(56, true));
  const header: BatchHeader = {
    identity: { epoch: view.getBigUint64(12, true), seq, sealedDay: epochDay(day) },
    hour: epochHour(hour),
    sealedUntil: epochMs(until),
    windows: view.getUint32(44, true),
    encoding,
    ...(replacedSeq > 0 && {
      replaces: { epoch: view.getBigUint64(48, true), seq: replacedSeq },
    }),
  };
  const isLastOfGroup = (view.getUint8(10) & LAST_OF_GROUP) !== 0;
  return { kind, header, isLastOfGroup, offset, length: record.length };
}
