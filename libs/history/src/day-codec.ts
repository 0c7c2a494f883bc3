/**
 * The sum of a day as bytes, version 1.
 *
 *     byte      version, 1
 *     varint    flags: sketches (bits 0-4), events (5-8), then
 *               bit 9    memory has a greatest value, bit 10: it is not that of the memory sketch and follows
 *               11-12, 13-14, 15-16   presence of CPU mean, CPU P95 and greatest memory (bucket-code.ts)
 *               bit 17   how the replicas differed comes last (spread-codec.ts)
 *               bit 18   nobody counted kills, bit 19: nobody counted restarts
 *     varint    covered seconds
 *     varint    replicas
 *     sketches, events, greatest memory if bit 10
 *     3 bytes   mask of the hours that have data, hour 0 in the lowest bit of the first byte
 *     columns   CPU mean, CPU P95, greatest memory, over these hours
 *     spread    if bit 17
 */
import { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';
import { bytes, cores } from '@trimtab/units';
import {
  maskOf,
  middleOf,
  presenceOf,
  readColumn,
  wholeMiddleOf,
  writeColumn,
} from './bucket-code.ts';
import { HOURS_PER_DAY } from './day.ts';
import { corrupt, decoding, expectEnd, expectPlaces } from './errors.ts';
import { eventFlags, readEvents, writeEvents } from './events.ts';
import { presentFields } from './present.ts';
import { readSketches, sketchFlags, writeSketches } from './sketch-set.ts';
import { readDaySpread, writeDaySpread } from './spread-codec.ts';
import { wholeBytes } from './track.ts';
import type { DayHour, DaySum } from './types.ts';

const VERSION = 1;
const HAS_MEMORY_MAX = 1 << 9;
const OWN_MEMORY_MAX = 1 << 10;
const PRESENCE_SHIFT = 11;
const SPREAD = 1 << 17;
const UNCOUNTED_SHIFT = 18;
const FLAGS_END = 1 << 20;

/**
 * A day sum as bytes, about 500 for 15-second samples. What `sumDay` made is read back as it was;
 * values of `hours` made in another way are rounded to their bucket (1.083 %).
 */
export function encodeDaySum(sum: DaySum): Uint8Array {
  expectPlaces(sum.hours, HOURS_PER_DAY, 'hours of a day');
  const present = sum.hours.filter((hour) => hour !== undefined);
  const columns = [
    present.map((hour) => hour.cpuMean),
    present.map((hour) => hour.cpuP95),
    present.map((hour) => hour.memoryMax),
  ];
  const presence = columns.reduce((bits, column, at) => bits | (presenceOf(column) << (2 * at)), 0);
  const max = sum.memoryMax;
  const hasOwnMax = max !== undefined && max !== sketchMax(sum);
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.varint(
    sketchFlags(sum) |
      eventFlags(sum, UNCOUNTED_SHIFT) |
      (max === undefined ? 0 : HAS_MEMORY_MAX) |
      (hasOwnMax ? OWN_MEMORY_MAX : 0) |
      (presence << PRESENCE_SHIFT) |
      (sum.spread === undefined ? 0 : SPREAD),
  );
  writer.varint(sum.coveredSeconds);
  writer.varint(sum.replicas);
  writeSketches(writer, sum);
  writeEvents(writer, sum);
  if (hasOwnMax) writer.taggedDouble(max);
  writeHourMask(writer, maskOf(sum.hours));
  for (const column of columns) writeColumn(writer, column);
  if (sum.spread !== undefined) writeDaySpread(writer, sum.spread);
  return writer.finish();
}

/** Reads a day sum back. Bytes left over or anything else wrong: HistoryError TT_HISTORY_CORRUPT. */
export function decodeDaySum(encoded: Uint8Array): DaySum {
  return decoding('day sum', () => {
    const reader = new ByteReader(encoded);
    const version = reader.byte();
    if (version !== VERSION)
      throw corrupt(`day sum: found version ${version}; expected ${VERSION}`);
    const flags = reader.varintUpTo(FLAGS_END - 1, 'flags');
    const coveredSeconds = reader.varint();
    const replicas = reader.varint();
    const sketches = readSketches(reader, flags);
    const events = readEvents(reader, flags, UNCOUNTED_SHIFT);
    const ownMax = (flags & OWN_MEMORY_MAX) > 0 ? bytes(reader.taggedDouble()) : undefined;
    const memoryMax = (flags & HAS_MEMORY_MAX) > 0 ? (ownMax ?? sketchMax(sketches)) : undefined;
    const hours = readHours(reader, flags >> PRESENCE_SHIFT);
    const spread = (flags & SPREAD) > 0 ? readDaySpread(reader) : undefined;
    expectEnd(reader, 'day sum');
    return presentFields({
      ...{ coveredSeconds, replicas },
      ...sketches,
      memoryMax,
      ...events,
      ...{ hours, spread },
    });
  });
}

function sketchMax(sum: Pick<DaySum, 'memory'>): DaySum['memoryMax'] {
  const max = sum.memory?.max;
  return max === undefined ? undefined : wholeBytes(max);
}

function writeHourMask(writer: ByteWriter, mask: number): void {
  writer.byte(mask & 255);
  writer.byte((mask >> 8) & 255);
  writer.byte(mask >> 16);
}

function readHours(reader: ByteReader, presence: number): (DayHour | undefined)[] {
  const mask = reader.byte() | (reader.byte() << 8) | (reader.byte() << 16);
  const places = Array.from({ length: HOURS_PER_DAY }, (_, hour) => (mask & (1 << hour)) > 0);
  const present = places.filter(Boolean).length;
  const means = readColumn(reader, present, presence & 3);
  const p95s = readColumn(reader, present, (presence >> 2) & 3);
  const maxima = readColumn(reader, present, (presence >> 4) & 3);
  let at = -1;
  return places.map((isPresent) => {
    if (!isPresent) return undefined;
    at += 1;
    return dayHourFrom(means[at], p95s[at], maxima[at]);
  });
}

function dayHourFrom(
  mean: number | undefined,
  p95: number | undefined,
  max: number | undefined,
): DayHour {
  return presentFields({
    cpuMean: mean === undefined ? undefined : cores(middleOf(mean)),
    cpuP95: p95 === undefined ? undefined : cores(middleOf(p95)),
    memoryMax: max === undefined ? undefined : bytes(wholeMiddleOf(max)),
  });
}
