/**
 * One value a place, rounded to its bucket: how tracks and day sums keep a mean or a peak in one byte.
 * Neighbouring values are alike, so only the difference of their bucket codes is written.
 *
 *     column = first code less REFERENCE, then code less the code before, each a signed varint
 *
 * Code 0 is zero; other codes are bucket numbers at scale 5, moved above zero. Reading gives
 * the middle of the bucket, off by at most 1.083 %.
 */
import { bucketIndex, bucketMiddle, bucketUpper, DEFAULT_SCALE } from '@trimtab/sketch';
import type { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';

/** At and below this, 1e-301, a value counts as zero: no sample is so small, and the last doubles lose digits. */
const NEXT_TO_NOTHING = 2 ** -1000;
/** Code of the bucket that ends at 1: makes the code of the first bucket above that limit 1. */
const REFERENCE = -(bucketIndex(NEXT_TO_NOTHING, DEFAULT_SCALE) + 1);
const GREATEST = REFERENCE + 1 + bucketIndex(Number.MAX_VALUE, DEFAULT_SCALE);
/** Bucket 0 begins at 1, so this is what any bucket's beginning is multiplied with. Saves two powers a value. */
const MIDDLE_OF_BUCKET_0 = bucketMiddle(0, DEFAULT_SCALE);

/** The code of a value from zero up. */
export function codeOf(value: number): number {
  return value <= NEXT_TO_NOTHING ? 0 : bucketIndex(value, DEFAULT_SCALE) + REFERENCE + 1;
}

/** The value that stands for a code; `codeOf` gives the code back. */
export function middleOf(code: number): number {
  if (code === 0) return 0;
  return bucketUpper(code - REFERENCE - 2, DEFAULT_SCALE) * MIDDLE_OF_BUCKET_0;
}

/** The same in whole numbers, for bytes: the one nearest to the bucket's middle that is still inside. */
export function wholeMiddleOf(code: number): number {
  const nearest = Math.round(middleOf(code));
  return codeOf(nearest) === code ? nearest : nearest + 1;
}

/** A value as it will be read back. */
export function roundToBucket(value: number): number {
  return middleOf(codeOf(value));
}

/** A whole value as it will be read back. */
export function roundToWholeBucket(value: number): number {
  return wholeMiddleOf(codeOf(value));
}

/** How many places of a column hold a value. */
export type Presence = 0 | 1 | 2;
const NO_PLACE = 0;
const EVERY_PLACE = 1;

/** Two bits that the format stores: no value at all, every place, or a mask of the places. */
export function presenceOf(values: readonly (number | undefined)[]): Presence {
  const present = values.filter((value) => value !== undefined).length;
  if (present === 0) return NO_PLACE;
  return present === values.length ? EVERY_PLACE : 2;
}

/** Writes the values of at most 24 places. */
export function writeColumn(writer: ByteWriter, values: readonly (number | undefined)[]): void {
  const presence = presenceOf(values);
  if (presence === 2) writer.varint(maskOf(values));
  let before = REFERENCE;
  for (const value of values) {
    if (value === undefined) continue;
    const code = codeOf(value);
    writer.signed(code - before);
    before = code;
  }
}

/** Reads the codes of `places` places; undefined where there is no value. */
export function readColumn(
  reader: ByteReader,
  places: number,
  presence: number,
): (number | undefined)[] {
  if (presence > 2) throw reader.corrupt(`presence ${presence}; expected 0, 1 or 2`);
  const all = 2 ** places - 1;
  const mask = presence === 2 ? reader.varintUpTo(all, 'mask') : presence * all;
  const codes: (number | undefined)[] = [];
  let before = REFERENCE;
  for (let place = 0; place < places; place += 1) {
    if ((mask & (1 << place)) === 0) {
      codes.push(undefined);
      continue;
    }
    before += reader.signed();
    if (before < 0 || before > GREATEST) {
      throw reader.corrupt(`bucket code ${before}; expected 0 to ${GREATEST}`);
    }
    codes.push(before);
  }
  return codes;
}

/** Bit i is set where place i holds a value. */
export function maskOf(values: readonly unknown[]): number {
  let mask = 0;
  values.forEach((value, place) => {
    if (value !== undefined) mask |= 1 << place;
  });
  return mask;
}
