import { crc32c } from './crc32c.ts';

/** How a batch came to its end. */
export type Ending = 'acked' | 'refused' | 'dropped' | 'replaced';

const ENDINGS: readonly Ending[] = ['acked', 'refused', 'dropped', 'replaced'];

/** Length of one entry of an `.acks` file: u32 offset | u32 ending, from 1 | u32 CRC-32C of both; little-endian. */
export const ACK_BYTES = 12;

/** What a file name of the queue says; undefined for a file that is not the queue's. */
export type FileName =
  | { readonly kind: 'batches'; readonly segment: number }
  | { readonly kind: 'acks'; readonly segment: number; readonly generation: number };

/** The file that holds a segment's records. */
export function segmentName(segment: number): string {
  return `${digits(segment)}.batches`;
}

/** The file in which the process of this generation notes what is done in a segment. */
export function acksName(segment: number, generation: number): string {
  return `${digits(segment)}-${digits(generation)}.acks`;
}

/** Reads a file name. */
export function parseFileName(name: string): FileName | undefined {
  const match = /^(\d{8,15})(?:-(\d{8,15}))?\.(batches|acks)$/.exec(name);
  if (match === null) return undefined;
  const segment = Number(match[1]);
  const hasGeneration = match[2] !== undefined;
  if (match[3] === 'batches') return hasGeneration ? undefined : { kind: 'batches', segment };
  return hasGeneration ? { kind: 'acks', segment, generation: Number(match[2]) } : undefined;
}

/** One entry: the record at `offset` is done. */
export function encodeAck(offset: number, ending: Ending): Uint8Array {
  const bytes = new Uint8Array(ACK_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, offset, true);
  view.setUint32(4, ENDINGS.indexOf(ending) + 1, true);
  view.setUint32(8, crc32c(bytes.subarray(0, 8)), true);
  return bytes;
}

/** The offsets an `.acks` file notes as done; an entry cut short or damaged is left out. */
export function decodeAcks(bytes: Uint8Array): readonly number[] {
  const offsets: number[] = [];
  for (let at = 0; at + ACK_BYTES <= bytes.length; at += ACK_BYTES) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, ACK_BYTES);
    if (view.getUint32(8, true) === crc32c(bytes.subarray(at, at + 8))) {
      offsets.push(view.getUint32(0, true));
    }
  }
  return offsets;
}

function digits(number: number): string {
  return String(number).padStart(8, '0');
}
