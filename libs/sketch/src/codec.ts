/**
 * A sketch as bytes, version 1. Self-delimiting: the reader knows where it ends.
 *
 *     byte     version, 1
 *     byte     scale + 10
 *     byte     forms: minimum (bits 0-1), maximum (2-3), sum (4-5); bit 6: a zero count follows; bit 7: 0
 *     varint   buckets in use (not the span)
 *     varint   zero count, if bit 6
 *              an empty sketch ends here
 *     doubles  minimum, maximum, sum, exact, each in its form (see bytes.ts); where minimum and maximum
 *              are both whole numbers (forms 0 and 1), the maximum is written less the minimum
 *     signed   number of the first bucket, if there is one
 *     tokens   one for each bucket in use, lowest first
 *
 * A token is one byte: the empty buckets since the last one (bits 6-7: 0 to 2, or 3 and then varint
 * gap - 3) and the count less one (bits 0-5: 0 to 62, or 63 and then varint count - 64). The total is
 * not stored: it is the sum of the counts. The bucket limit is not stored either.
 *
 * Minimum, maximum and sum stay exact doubles. Memory in whole pages costs 2 to 4 bytes for each; CPU
 * rates have a full mantissa and cost 8. Rounding them would save 15 bytes of some 110 in an hour and
 * would make the result of a merge depend on when it was stored.
 */
import { MAX_SCALE, MIN_SCALE } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import { ByteReader, ByteWriter, doubleForm } from './bytes.ts';
import { SketchError } from './errors.ts';
import { DEFAULT_MAX_BUCKETS, inside, Sketch } from './sketch.ts';
import { contradictionIn, MOST_BUCKETS, type Span, type Totals } from './totals.ts';

const VERSION = 1;
const HAS_ZEROS = 64;
const GAP_SHIFT = 6;
const LONG_GAP = 3;
const LONG_GAP_BYTE = LONG_GAP << GAP_SHIFT;
const LONG_COUNT = 63;
const NOTHING: Totals = { count: 0, zeroCount: 0, sum: 0, min: Infinity, max: -Infinity };
/** Forms above this one hold fractions. */
const LAST_WHOLE_FORM = 1;

/** A sketch as bytes: about 110 for an hour of CPU samples, 20 for one of memory. Any sketch can be encoded. */
export function encodeSketch(sketch: Sketch): Uint8Array {
  const writer = new ByteWriter();
  writeSketch(writer, sketch);
  return writer.finish();
}

/** How many bytes `encodeSketch` gives; costs the same. */
export function encodedSize(sketch: Sketch): number {
  const writer = new ByteWriter();
  writeSketch(writer, sketch);
  return writer.length;
}

/**
 * Reads the sketch that starts at `at`, and says where it ends. Anything wrong: SketchError
 * TT_SKETCH_CORRUPT. The bucket limit is the default, or the span of what was read where that is longer.
 */
export function decodeSketch(bytes: Uint8Array, at = 0): { sketch: Sketch; next: number } {
  const reader = new ByteReader(bytes, at);
  const sketch = readSketch(reader);
  return { sketch, next: reader.at };
}

/**
 * Adds the sketch that starts at `at` to another without making an object of it, and says where it
 * ends. Wrong bytes: SketchError TT_SKETCH_CORRUPT, and `into` is unchanged. Under a microsecond.
 */
export function mergeEncoded(into: Sketch, bytes: Uint8Array, at = 0): number {
  const reader = new ByteReader(bytes, at);
  const frame = readFrame(reader);
  const total = into.count + frame.count;
  if (total > Number.MAX_SAFE_INTEGER) {
    throw new SketchError(
      'TT_SKETCH_BAD_COUNT',
      `found ${total} values in one sketch; expected at most ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  addFrame(into, reader, frame);
  return reader.at;
}

/** Writes a sketch; see the head of codec.ts for the layout. */
export function writeSketch(writer: ByteWriter, sketch: Sketch): void {
  const buckets = inside.bucketsOf(sketch);
  const { min = 0, max = 0, sum, zeroCount } = sketch;
  const minForm = doubleForm(min);
  const isWhole = minForm <= LAST_WHOLE_FORM && doubleForm(max) <= LAST_WHOLE_FORM;
  const writtenMax = isWhole ? max - min : max;
  const maxForm = doubleForm(writtenMax);
  const sumForm = doubleForm(sum);
  writer.byte(VERSION);
  writer.byte(buckets.scale - MIN_SCALE);
  writer.byte(minForm | (maxForm << 2) | (sumForm << 4) | (zeroCount > 0 ? HAS_ZEROS : 0));
  writer.varint(inUse(buckets));
  if (zeroCount > 0) writer.varint(zeroCount);
  if (sketch.count === 0) return;
  writer.double(min, minForm);
  writer.double(writtenMax, maxForm);
  writer.double(sum, sumForm);
  writeTokens(writer, buckets);
}

/** Reads the next sketch; see `decodeSketch`. */
export function readSketch(reader: ByteReader): Sketch {
  const frame = readFrame(reader);
  const span = frame.high - frame.low + 1;
  const maxBuckets = Math.max(DEFAULT_MAX_BUCKETS, span);
  const sketch = new Sketch({ scale: frame.scale, maxBuckets });
  addFrame(sketch, reader, frame);
  return sketch;
}

function inUse(buckets: Buckets): number {
  let used = 0;
  for (let index = buckets.low; index <= buckets.high; index += 1) {
    if (buckets.at(index) > 0) used += 1;
  }
  return used;
}

function writeTokens(writer: ByteWriter, buckets: Buckets): void {
  if (buckets.high < buckets.low) return;
  writer.signed(buckets.low);
  let expected = buckets.low;
  for (let index = buckets.low; index <= buckets.high; index += 1) {
    const count = buckets.at(index);
    if (count === 0) continue;
    const gap = Math.min(index - expected, LONG_GAP);
    const small = Math.min(count - 1, LONG_COUNT);
    writer.byte((gap << GAP_SHIFT) | small);
    if (gap === LONG_GAP) writer.varint(index - expected - LONG_GAP);
    if (small === LONG_COUNT) writer.varint(count - 1 - LONG_COUNT);
    expected = index + 1;
  }
}

/** Everything of an encoded sketch but its counts, and where those stand. */
interface Frame extends Totals, Span {
  readonly tokens: number;
  readonly tokensAt: number;
}

/** Checks a whole encoded sketch, changes nothing, and leaves the reader behind it. */
function readFrame(reader: ByteReader): Frame {
  const version = reader.byte();
  if (version !== VERSION) throw reader.corrupt(`sketch version ${version}; expected ${VERSION}`);
  const scale = reader.byte() + MIN_SCALE;
  if (scale > MAX_SCALE) throw reader.corrupt(`scale ${scale}; expected at most ${MAX_SCALE}`);
  const forms = reader.byte();
  if (forms >= 128) throw reader.corrupt(`forms ${forms}; expected at most 127`);
  const tokens = reader.varintUpTo(MOST_BUCKETS, 'bucket number');
  const zeroCount = (forms & HAS_ZEROS) > 0 ? reader.varint() : 0;
  if (tokens === 0 && zeroCount === 0) {
    return { ...NOTHING, scale, low: 0, high: -1, tokens, tokensAt: reader.at };
  }
  const minForm = forms & 3;
  const maxForm = (forms >> 2) & 3;
  // Adding zero turns -0 into 0.
  const min = reader.double(minForm) + 0;
  const writtenMax = reader.double(maxForm);
  const isWhole = minForm <= LAST_WHOLE_FORM && maxForm <= LAST_WHOLE_FORM;
  const max = (isWhole ? min + writtenMax : writtenMax) + 0;
  const sum = reader.double((forms >> 4) & 3);
  const low = tokens > 0 ? reader.signed() : 0;
  const tokensAt = reader.at;
  const scan = scanTokens(reader, tokens);
  const high = tokens > 0 ? low + scan.span - 1 : -1;
  const count = scan.count + zeroCount;
  const frame: Frame = { scale, low, high, tokens, tokensAt, count, zeroCount, sum, min, max };
  const contradiction = contradictionIn(frame, frame);
  if (contradiction !== undefined) throw reader.corrupt(contradiction);
  return frame;
}

/** Walks over all tokens. The loop is hot: it keeps the place to itself and hands it over for varints only. */
function scanTokens(reader: ByteReader, tokens: number): { span: number; count: number } {
  const { bytes } = reader;
  const end = bytes.length;
  let at = reader.at;
  let span = tokens;
  let count = tokens;
  for (let token = 0; token < tokens; token += 1) {
    if (at >= end) throw reader.ended();
    const byte = bytes[at] ?? 0;
    at += 1;
    span += byte >> GAP_SHIFT;
    count += byte & LONG_COUNT;
    if (byte >= LONG_GAP_BYTE || (byte & LONG_COUNT) === LONG_COUNT) {
      reader.at = at;
      if (byte >= LONG_GAP_BYTE) span += reader.varintUpTo(MOST_BUCKETS, 'gap');
      if ((byte & LONG_COUNT) === LONG_COUNT) count += reader.varint();
      at = reader.at;
    }
  }
  reader.at = at;
  if (span > MOST_BUCKETS) {
    throw reader.corrupt(`a span of ${span} buckets; expected at most ${MOST_BUCKETS}`);
  }
  return { span, count };
}

/** Adds a checked frame; its tokens are read a second time, now without a doubt. Hot as well. */
function addFrame(into: Sketch, reader: ByteReader, frame: Frame): void {
  const buckets = inside.bucketsOf(into);
  inside.addTotals(into, frame);
  if (frame.tokens === 0) {
    buckets.lowerTo(frame.scale);
    return;
  }
  buckets.include(frame.low, frame.high, frame.scale);
  const shift = frame.scale - buckets.scale;
  const { counts, first } = buckets;
  const { bytes } = reader;
  let at = frame.tokensAt;
  let index = frame.low;
  for (let token = 0; token < frame.tokens; token += 1) {
    const byte = bytes[at] ?? 0;
    at += 1;
    index += byte >> GAP_SHIFT;
    let count = (byte & LONG_COUNT) + 1;
    if (byte >= LONG_GAP_BYTE || count > LONG_COUNT) {
      reader.at = at;
      if (byte >= LONG_GAP_BYTE) index += reader.varint();
      if (count > LONG_COUNT) count += reader.varint();
      at = reader.at;
    }
    const slot = (index >> shift) - first;
    counts[slot] = (counts[slot] ?? 0) + count;
    index += 1;
  }
  reader.at = at;
}
