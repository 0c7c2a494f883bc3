/**
 * The texts of a block, each once. Pods of one workload share long beginnings and pod ids are UUIDs,
 * so an entry is kept as what differs from the entry before, and a UUID as its 16 bytes.
 *
 *     varint   number of entries
 *     entries  varint 0 for a UUID; else length of the new part + 1, and varint: length shared with the entry before
 *     varint   bytes of text; then all new parts in UTF-8, lengths above count UTF-16 units
 *     bytes    16 for each UUID
 */
import type { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';
import { badInput, corrupt } from './errors.ts';

const MOST_TEXTS = 131_072;
/** Kubernetes' longest name is a label key of 317 characters. */
const MOST_CHARACTERS = 1_024;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_BYTES = 16;
const DASH_BEFORE_BYTE = [4, 6, 8, 10];
const FIRST_NOT_ASCII = 128;

/** Gathers texts and gives each its number. */
export class DictionaryWriter {
  readonly #numbers = new Map<string, number>();

  /** The number of a text, new or known. More than 1,024 characters: HistoryError TT_HISTORY_BAD_INPUT. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (text.length > MOST_CHARACTERS) {
      throw badInput(
        `found a name of ${text.length} characters; expected at most ${MOST_CHARACTERS}`,
      );
    }
    if (this.#numbers.size === MOST_TEXTS) {
      throw badInput(`found more than ${MOST_TEXTS} different names; expected fewer in one block`);
    }
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  write(writer: ByteWriter): void {
    writer.varint(this.#numbers.size);
    const parts: string[] = [];
    const uuids: string[] = [];
    let before = '';
    for (const text of this.#numbers.keys()) {
      if (UUID.test(text)) {
        writer.varint(0);
        uuids.push(text);
        continue;
      }
      const shared = sharedLength(before, text);
      writer.varint(text.length - shared + 1);
      writer.varint(shared);
      parts.push(text.slice(shared));
      before = text;
    }
    const encoded = new TextEncoder().encode(parts.join(''));
    writer.varint(encoded.length);
    writer.raw(encoded);
    for (const uuid of uuids) writeUuid(writer, uuid);
  }
}

/** Reads all texts of a block, in the order of their numbers. */
export function readDictionary(reader: ByteReader): string[] {
  const size = reader.varintUpTo(Math.min(MOST_TEXTS, reader.left), 'number of texts');
  const lengths: number[] = [];
  const shares: number[] = [];
  for (let entry = 0; entry < size; entry += 1) {
    const length = reader.varintUpTo(MOST_CHARACTERS + 1, 'text length');
    lengths.push(length);
    shares.push(length === 0 ? 0 : reader.varintUpTo(MOST_CHARACTERS, 'shared length'));
  }
  const all = decodeText(reader.raw(reader.varint()));
  const texts: string[] = [];
  let before = '';
  let at = 0;
  for (let entry = 0; entry < size; entry += 1) {
    const length = lengths[entry] ?? 0;
    if (length === 0) {
      texts.push(readUuid(reader));
      continue;
    }
    const shared = shares[entry] ?? 0;
    const end = at + length - 1;
    if (shared > before.length || end > all.length) {
      throw corrupt(`text ${entry}: found lengths past the end; expected them inside the block`);
    }
    before = before.slice(0, shared) + all.slice(at, end);
    if (before.length > MOST_CHARACTERS) {
      throw corrupt(
        `text ${entry}: found ${before.length} characters; expected ${MOST_CHARACTERS}`,
      );
    }
    if (!before.isWellFormed()) {
      throw corrupt(`text ${entry}: found half a character; expected lengths that keep them whole`);
    }
    texts.push(before);
    at = end;
  }
  if (at !== all.length) throw corrupt('texts: found more than the entries name; expected none');
  return texts;
}

function decodeText(encoded: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encoded);
  } catch (error) {
    throw corrupt(`texts: found bytes that are no UTF-8 (${String(error)}); expected only text`);
  }
}

/** Stops at the first character beyond ASCII, so that no character is cut in two. */
function sharedLength(before: string, text: string): number {
  const most = Math.min(before.length, text.length);
  let length = 0;
  while (length < most) {
    const unit = text.charCodeAt(length);
    if (unit >= FIRST_NOT_ASCII || unit !== before.charCodeAt(length)) break;
    length += 1;
  }
  return length;
}

function writeUuid(writer: ByteWriter, uuid: string): void {
  const digits = uuid.replaceAll('-', '');
  for (let at = 0; at < digits.length; at += 2) {
    writer.byte(Number.parseInt(digits.slice(at, at + 2), 16));
  }
}

function readUuid(reader: ByteReader): string {
  let uuid = '';
  for (let at = 0; at < UUID_BYTES; at += 1) {
    const byte = reader.byte();
    if (DASH_BEFORE_BYTE.includes(at)) uuid += '-';
    uuid += (byte >> 4).toString(16) + (byte & 15).toString(16);
  }
  return uuid;
}
