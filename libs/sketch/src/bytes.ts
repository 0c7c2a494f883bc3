/**
 * Reading and writing the small binary formats at rest.
 *
 * A *varint* is a whole number from 0 to 2^53 - 1, seven bits a byte, lowest first. A *double* is kept
 * exact in the shortest of four forms, whose number (two bits) the format stores where it likes:
 *
 *     form 0  varint of value / 4,096     memory counted in pages: 300 MiB takes 3 bytes
 *     form 1  varint of value             whole numbers
 *     form 2  4 bytes, little-endian      values that a 32-bit float holds exactly
 *     form 3  8 bytes, little-endian      all others: most CPU rates
 */
import { SketchError } from './errors.ts';

const PAGE_BYTES = 4_096;
/** Below this a varint is written with 32-bit arithmetic. */
const SMALL = 2 ** 31;
const FIRST_CAPACITY = 256;

/** How a double is written; see the head of bytes.ts. */
export type DoubleForm = 0 | 1 | 2 | 3;

/** A growing run of bytes. Methods change it. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** One byte, 0 to 255. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A run of bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A whole number from 0 to 2^53 - 1; one byte up to 127. */
  varint(value: number): void {
    let rest = value;
    while (rest >= SMALL) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** A whole number of either sign, up to 2^52 from zero; one byte from -64 to 63. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** A double in the form that `doubleForm` gave for it. */
  double(value: number, form: DoubleForm): void {
    if (form === 0) this.varint(value / PAGE_BYTES);
    else if (form === 1) this.varint(value);
    else if (form === 2) this.#float32(value);
    else this.#float64(value);
  }

  /** A double with its form in front: one byte more. */
  taggedDouble(value: number): void {
    const form = doubleForm(value);
    this.byte(form);
    this.double(value, form);
  }

  /** Four bytes, little-endian. */
  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  #float32(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  #float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** The shortest form that keeps a double exact. */
export function doubleForm(value: number): DoubleForm {
  // Negative numbers, and -0, have no varint.
  if (Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) {
    return value % PAGE_BYTES === 0 ? 0 : 1;
  }
  return Math.fround(value) === value ? 2 : 3;
}

/** Walks over bytes; every read past the end throws SketchError TT_SKETCH_CORRUPT. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Next byte to read. */
  at: number;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** The next byte. */
  byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw this.ended();
    this.at += 1;
    return value;
  }

  /** The next varint; more than 2^53 - 1 is refused. */
  varint(): number {
    const first = this.bytes[this.at];
    if (first !== undefined && first < 128) {
      this.at += 1;
      return first;
    }
    return this.#longVarint();
  }

  /** The next varint, refused above `most`: for counts and lengths, before anything is made for them. */
  varintUpTo(most: number, what: string): number {
    const value = this.varint();
    if (value > most) throw this.corrupt(`${what} ${value}; expected at most ${most}`);
    return value;
  }

  /** The next number written by `signed`. */
  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A double of the given form. */
  double(form: number): number {
    if (form === 0) return this.varint() * PAGE_BYTES;
    if (form === 1) return this.varint();
    const size = form === 2 ? 4 : 8;
    const start = this.#skip(size);
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    return form === 2 ? this.#view.getFloat32(start, true) : this.#view.getFloat64(start, true);
  }

  /** A double with its form in front. */
  taggedDouble(): number {
    const form = this.byte();
    if (form > 3) throw this.corrupt(`number form ${form}; expected 0 to 3`);
    return this.double(form);
  }

  /** Four bytes, little-endian. */
  uint32(): number {
    const start = this.#skip(4);
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    return this.#view.getUint32(start, true);
  }

  /** The next `length` bytes; a view, not a copy. */
  raw(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.bytes.subarray(start, start + length);
  }

  /** An error that names the place reached. */
  corrupt(found: string): SketchError {
    return new SketchError('TT_SKETCH_CORRUPT', `byte ${this.at}: found ${found}`);
  }

  ended(): SketchError {
    return this.corrupt(`the end of ${this.bytes.length} bytes; expected more: they were cut off`);
  }

  #skip(length: number): number {
    const start = this.at;
    if (length > this.left) throw this.ended();
    this.at = start + length;
    return start;
  }

  #longVarint(): number {
    let value = 0;
    let unit = 1;
    for (let digit = 0; digit < 8; digit += 1) {
      const next = this.byte();
      value += (next & 127) * unit;
      if (next < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      unit *= 128;
    }
    throw this.corrupt('a number of more than 53 bits; expected at most 2^53 - 1');
  }
}
