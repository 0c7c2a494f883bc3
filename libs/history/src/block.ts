/**
 * A body block: what one batch says about one hour, as the API appends it and the packer reads it.
 *
 *     byte        version, 1
 *     4 bytes     CRC-32 of all that follows, little-endian
 *     varint      hour
 *     dictionary  all texts (dictionary.ts)
 *     varint      number of containers; for each of them
 *       6 varints   namespace, owner kind, owner name, pod name, pod UID, container: numbers of texts
 *       varint      number of labels; key and value of each
 *       byte        bits 0-3: CPU request, CPU limit, memory request, memory limit follow as doubles
 *       varint      number of windows; each as window-codec.ts writes it
 */
import { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';
import { type EpochHour, epochHour } from '@trimtab/units';
import { type BlockTexts, readContainer, writeContainer } from './container-codec.ts';
import { crc32 } from './crc32.ts';
import { DictionaryWriter, readDictionary } from './dictionary.ts';
import { badInput, corrupt, decoding, expectEnd } from './errors.ts';
import type { ContainerUsage } from './types.ts';

/** One UTC hour of one agent's containers. */
export interface UsageBlock {
  readonly hour: EpochHour;
  readonly containers: readonly ContainerUsage[];
}

const VERSION = 1;
const HEAD_BYTES = 5;
const MOST_CONTAINERS = 16_384;

/**
 * Writes a body block, some 100 bytes a container with one window. A window outside the hour, windows
 * out of order, or more than 16,384 containers: HistoryError TT_HISTORY_BAD_INPUT.
 */
export function encodeBlock(block: UsageBlock): Uint8Array {
  const { hour, containers } = block;
  if (containers.length > MOST_CONTAINERS) {
    throw badInput(`found ${containers.length} containers; expected at most ${MOST_CONTAINERS}`);
  }
  const texts = new DictionaryWriter();
  const rows = new ByteWriter();
  rows.varint(containers.length);
  for (const container of containers) writeContainer(rows, container, { texts, hour });
  const rest = new ByteWriter();
  rest.varint(hour);
  texts.write(rest);
  rest.raw(rows.finish());
  const payload = rest.finish();
  const whole = new ByteWriter();
  whole.byte(VERSION);
  whole.uint32(crc32(payload));
  whole.raw(payload);
  return whole.finish();
}

/**
 * Reads a body block. A wrong version or checksum, impossible counts, bytes left over: HistoryError
 * TT_HISTORY_CORRUPT. Nothing is made for a count before the bytes behind it were found.
 */
export function decodeBlock(encoded: Uint8Array): {
  hour: EpochHour;
  containers: ContainerUsage[];
} {
  return decoding('block', () => {
    const reader = new ByteReader(encoded);
    const version = reader.byte();
    if (version !== VERSION) throw corrupt(`block: found version ${version}; expected ${VERSION}`);
    const stated = reader.uint32();
    const actual = crc32(encoded.subarray(HEAD_BYTES));
    if (stated !== actual) {
      throw corrupt(`block: found checksum ${actual}; expected ${stated}: its bytes were changed`);
    }
    const hour = epochHour(reader.varint());
    const texts: BlockTexts = readDictionary(reader);
    const count = reader.varintUpTo(Math.min(MOST_CONTAINERS, reader.left), 'number of containers');
    const containers: ContainerUsage[] = [];
    for (let at = 0; at < count; at += 1) containers.push(readContainer(reader, texts, hour));
    expectEnd(reader, 'block');
    return { hour, containers };
  });
}
