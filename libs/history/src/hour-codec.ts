/**
 * An hour of one workload container as bytes, version 1. Self-delimiting.
 *
 *     byte      version, 1
 *     varint    flags: sketches (bits 0-4), events (5-8), then
 *               bit 9    the hour's cover is not the sum of its track's: a varint follows
 *               bit 10   a point's cover is not 300 s for each replica: a varint a point follows
 *               bit 11   a point's mean rests on fewer seconds than covered: a varint a point follows
 *               12-13, 14-15, 16-17   presence of CPU mean, CPU peak and memory peak (bucket-code.ts)
 *               bit 18   how the replicas differ comes last (spread-codec.ts)
 *               bit 19   nobody counted kills, bit 20: nobody counted restarts
 *     varint    replicas
 *     sketches, events
 *     varint    mask of the windows that have a point
 *     varints   of bits 9, 10 and 11
 *     columns   CPU mean, CPU peak, memory peak, over the points
 *     spread    if bit 18
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
import { badInput, corrupt, decoding, expectEnd, expectPlaces } from './errors.ts';
import { eventFlags, readEvents, writeEvents } from './events.ts';
import { presentFields } from './present.ts';
import { readSketches, sketchFlags, writeSketches } from './sketch-set.ts';
import { readSpread, writeSpread } from './spread-codec.ts';
import { cpuSecondsOf } from './track.ts';
import type { HourContent, TrackPoint } from './types.ts';
import { WINDOW_SECONDS, WINDOWS_PER_HOUR } from './window.ts';

const VERSION = 1;
const OWN_COVER = 1 << 9;
const POINT_COVERS = 1 << 10;
const POINT_CPU_SECONDS = 1 << 11;
const PRESENCE_SHIFT = 12;
const SPREAD = 1 << 18;
const UNCOUNTED_SHIFT = 19;
const FLAGS_END = 1 << 21;
const HOURS_PER_QUARTER = 6;
/** Far beyond any cluster; keeps covered seconds whole numbers. */
const MOST_REPLICAS = 1_000_000;

/**
 * An hour as bytes, some 200 for one replica with 15-second samples. The track's values are rounded to
 * their bucket (1.083 %); everything else is exact. Several replicas add some 80 bytes of spread. What was read encodes to the same bytes again.
 */
export function encodeHour(content: HourContent): Uint8Array {
  const writer = new ByteWriter();
  writeHour(writer, content);
  return writer.finish();
}

/** Reads the hour that starts at `at`, and says where it ends. Anything wrong: HistoryError TT_HISTORY_CORRUPT. */
export function decodeHour(encoded: Uint8Array, at = 0): { content: HourContent; next: number } {
  return decoding('hour', () => {
    const reader = new ByteReader(encoded, at);
    const content = readHour(reader);
    return { content, next: reader.at };
  });
}

/**
 * Six hours of one workload container as one block: version byte, mask of the hours that exist, and
 * these one after another. Any other number of hours: HistoryError TT_HISTORY_BAD_INPUT.
 */
export function encodeQuarter(hours: readonly (HourContent | undefined)[]): Uint8Array {
  expectPlaces(hours, HOURS_PER_QUARTER, 'hours of a quarter');
  const writer = new ByteWriter();
  writer.byte(VERSION);
  writer.byte(maskOf(hours));
  for (const content of hours) {
    if (content !== undefined) writeHour(writer, content);
  }
  return writer.finish();
}

/** Reads a block back: six entries. Bytes left over or anything else wrong: HistoryError TT_HISTORY_CORRUPT. */
export function decodeQuarter(encoded: Uint8Array): (HourContent | undefined)[] {
  return decoding('quarter', () => {
    const reader = new ByteReader(encoded);
    const version = reader.byte();
    if (version !== VERSION)
      throw corrupt(`quarter: found version ${version}; expected ${VERSION}`);
    const mask = reader.varintUpTo(2 ** HOURS_PER_QUARTER - 1, 'mask of hours');
    const hours: (HourContent | undefined)[] = [];
    for (let place = 0; place < HOURS_PER_QUARTER; place += 1) {
      hours.push((mask & (1 << place)) > 0 ? readHour(reader) : undefined);
    }
    expectEnd(reader, 'quarter');
    return hours;
  });
}

/** Writes an hour; see the head of hour-codec.ts. */
function writeHour(writer: ByteWriter, content: HourContent): void {
  const { track } = content;
  const columns = columnsOf(track);
  const hasOwnCover = content.coveredSeconds !== coverOf(track);
  const full = WINDOW_SECONDS * content.replicas;
  const hasCovers = track.some((point) => point.coveredSeconds !== full);
  const hasCpuSeconds = track.some((point) => point.cpuSeconds !== undefined);
  const presence = columns.reduce((bits, column, at) => bits | (presenceOf(column) << (2 * at)), 0);
  writer.byte(VERSION);
  writer.varint(
    sketchFlags(content) |
      eventFlags(content, UNCOUNTED_SHIFT) |
      (hasOwnCover ? OWN_COVER : 0) |
      (hasCovers ? POINT_COVERS : 0) |
      (hasCpuSeconds ? POINT_CPU_SECONDS : 0) |
      (presence << PRESENCE_SHIFT) |
      (content.spread === undefined ? 0 : SPREAD),
  );
  writer.varint(content.replicas);
  writeSketches(writer, content);
  writeEvents(writer, content);
  writer.varint(windowMask(track));
  if (hasOwnCover) writer.varint(content.coveredSeconds);
  if (hasCovers) for (const point of track) writer.varint(point.coveredSeconds);
  if (hasCpuSeconds) for (const point of track) writer.varint(cpuSecondsOf(point));
  for (const column of columns) writeColumn(writer, column);
  if (content.spread !== undefined) writeSpread(writer, content.spread);
}

function readHour(reader: ByteReader): HourContent {
  const version = reader.byte();
  if (version !== VERSION) throw corrupt(`hour: found version ${version}; expected ${VERSION}`);
  const flags = reader.varintUpTo(FLAGS_END - 1, 'flags');
  const replicas = reader.varintUpTo(MOST_REPLICAS, 'replicas');
  if (replicas < 1) throw corrupt('hour: found no replica; expected at least one');
  const sketches = readSketches(reader, flags);
  const events = readEvents(reader, flags, UNCOUNTED_SHIFT);
  const mask = reader.varintUpTo(2 ** WINDOWS_PER_HOUR - 1, 'mask of windows');
  const ownCover = (flags & OWN_COVER) > 0 ? reader.varint() : undefined;
  const track = readTrack(reader, { mask, flags, full: WINDOW_SECONDS * replicas });
  const coveredSeconds = ownCover ?? coverOf(track);
  const spread = (flags & SPREAD) > 0 ? readSpread(reader) : undefined;
  return presentFields({ coveredSeconds, replicas, ...sketches, ...events, track, spread });
}

interface TrackShape {
  readonly mask: number;
  readonly flags: number;
  /** Cover of a point that every replica was watched in. */
  readonly full: number;
}

function readTrack(reader: ByteReader, shape: TrackShape): TrackPoint[] {
  const { mask, flags, full } = shape;
  const indexes = Array.from({ length: WINDOWS_PER_HOUR }, (_, index) => index).filter(
    (index) => (mask & (1 << index)) > 0,
  );
  const covers = indexes.map(() => ((flags & POINT_COVERS) > 0 ? reader.varint() : full));
  const cpuSeconds = indexes.map((_, at) =>
    (flags & POINT_CPU_SECONDS) > 0 ? reader.varint() : covers[at],
  );
  const presence = flags >> PRESENCE_SHIFT;
  const means = readColumn(reader, indexes.length, presence & 3);
  const peaks = readColumn(reader, indexes.length, (presence >> 2) & 3);
  const memoryPeaks = readColumn(reader, indexes.length, (presence >> 4) & 3);
  return indexes.map((index, at) =>
    pointFrom({
      index,
      coveredSeconds: covers[at] ?? full,
      cpuSeconds: cpuSeconds[at],
      mean: means[at],
      peak: peaks[at],
      memoryPeak: memoryPeaks[at],
    }),
  );
}

interface PointCodes {
  readonly index: number;
  readonly coveredSeconds: number;
  readonly cpuSeconds: number | undefined;
  readonly mean: number | undefined;
  readonly peak: number | undefined;
  readonly memoryPeak: number | undefined;
}

function pointFrom(codes: PointCodes): TrackPoint {
  const { index, coveredSeconds, cpuSeconds, mean, peak, memoryPeak } = codes;
  const isPartial = mean !== undefined && cpuSeconds !== coveredSeconds;
  return presentFields({
    index,
    coveredSeconds,
    cpuSeconds: isPartial ? cpuSeconds : undefined,
    cpuMean: mean === undefined ? undefined : cores(middleOf(mean)),
    cpuPeak: peak === undefined ? undefined : cores(middleOf(peak)),
    memoryPeak: memoryPeak === undefined ? undefined : bytes(wholeMiddleOf(memoryPeak)),
  });
}

function columnsOf(track: readonly TrackPoint[]): (number | undefined)[][] {
  return [
    track.map((point) => point.cpuMean),
    track.map((point) => point.cpuPeak),
    track.map((point) => point.memoryPeak),
  ];
}

function coverOf(track: readonly TrackPoint[]): number {
  return track.reduce((sum, point) => sum + point.coveredSeconds, 0);
}

/** The windows that have a point; refuses points out of order, which the format cannot tell. */
function windowMask(track: readonly TrackPoint[]): number {
  let mask = 0;
  for (const { index } of track) {
    if (!Number.isInteger(index) || index < 0 || index >= WINDOWS_PER_HOUR || mask >= 1 << index) {
      throw badInput(`found track point ${index}; expected 0 to ${WINDOWS_PER_HOUR - 1} in order`);
    }
    mask |= 1 << index;
  }
  return mask;
}
