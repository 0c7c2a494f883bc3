/**
 * Walks over protobuf bytes without making objects, and refuses what the decoder would misread or what would
 * become too big. The decoder takes a known field's bytes by its declared type whatever their wire type says and
 * lets a nested message run past its parent's end; after this walk neither can happen.
 *
 * Which counter a field feeds is told by its name: see `roleOf`. Attributes and buckets are counted for each
 * resource, scope and point, over all the pieces the message may be split into (protobuf joins repeated pieces).
 */
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { WireError } from './errors.ts';
import type { DecodeLimits } from './limits.ts';

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;
type Wire = typeof VARINT | typeof FIXED64 | typeof DELIMITED | typeof FIXED32;

/** What a field counts against; every message also counts as one. */
type Role =
  | 'resource'
  | 'metric'
  | 'point'
  | 'attribute'
  | 'pair'
  | 'key'
  | 'text'
  | 'bucket'
  | 'plain';

interface FieldRule {
  readonly name: string;
  readonly wire: Wire;
  /** Repeated numbers come one by one or packed into one delimited field; both must be read. */
  readonly packed: boolean;
  readonly role: Role;
  readonly child?: Shape;
}

/** The fields of one message type by number; what is not in it is skipped. */
export type Shape = Map<number, FieldRule>;

/** Derives the walk's table from a message type; types may refer to themselves. Costs some microseconds. */
export function shapeOf(message: DescMessage, known = new Map<string, Shape>()): Shape {
  const found = known.get(message.typeName);
  if (found !== undefined) return found;
  const shape: Shape = new Map();
  known.set(message.typeName, shape);
  for (const field of message.fields) {
    const child = field.message === undefined ? {} : { child: shapeOf(field.message, known) };
    const wire = wireOf(field);
    shape.set(field.number, {
      name: `${message.name}.${field.name}`,
      wire,
      packed: field.fieldKind === 'list' && wire !== DELIMITED,
      role: roleOf(message, field),
      ...child,
    });
  }
  return shape;
}

function roleOf(message: DescMessage, field: DescField): Role {
  if (field.name === 'resource_metrics') return 'resource';
  if (field.name === 'scope_metrics' || field.name === 'metrics') return 'metric';
  if (field.name === 'data_points') return 'point';
  if (field.name === 'attributes') return 'attribute';
  if (field.message?.name === 'KeyValue') return 'pair';
  if (field.name === 'bucket_counts') return 'bucket';
  if (message.name === 'KeyValue' && field.name === 'key') return 'key';
  return field.message === undefined && wireOf(field) === DELIMITED ? 'text' : 'plain';
}

function wireOf(field: DescField): Wire {
  if (field.message !== undefined) return DELIMITED;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return DELIMITED;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return FIXED64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return FIXED32;
    default:
      return VARINT;
  }
}

/** Checks that bytes are one message of the shape and within the limits. Throws WireError, else does nothing. */
export function scan(bytes: Uint8Array, shape: Shape, limits: DecodeLimits): void {
  if (bytes.length > limits.maxBytes) {
    throw tooLarge(`${bytes.length} bytes`, 0, `at most ${limits.maxBytes}`);
  }
  new Scanner(bytes, limits).message(shape, bytes.length, 1);
}

class Scanner {
  readonly #bytes: Uint8Array;
  readonly #limits: DecodeLimits;
  #at = 0;
  #resources = 0;
  #messages = 0;
  #bucketsInAll = 0;
  #points = 0;
  #textBytes = 0;
  /** Of the innermost resource, scope or point. */
  #attributes = 0;
  #buckets = 0;

  constructor(bytes: Uint8Array, limits: DecodeLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  message(shape: Shape, end: number, depth: number): void {
    this.#check(++this.#messages, 'maxMessages', 'messages in all');
    if (depth > this.#limits.maxDepth) {
      throw tooLarge(`${depth} nested messages`, this.#at, `at most ${this.#limits.maxDepth}`);
    }
    while (this.#at < end) {
      const tag = this.#shortVarint(end, 'a field tag');
      const rule = shape.get(tag >>> 3);
      const wire = tag & 7;
      if (tag >>> 3 === 0) throw this.#malformed('field number 0', '1 or more');
      if (rule === undefined) this.#skip(wire, end);
      else if (wire === rule.wire) this.#field(rule, end, depth);
      else if (wire === DELIMITED && rule.packed) this.#packed(rule, end);
      else throw this.#malformed(`wire type ${wire} in ${rule.name}`, `wire type ${rule.wire}`);
    }
  }

  #field(rule: FieldRule, end: number, depth: number): void {
    if (rule.role === 'bucket') this.#bucket();
    if (rule.wire !== DELIMITED) {
      this.#skip(rule.wire, end);
      return;
    }
    const length = this.#length(end);
    if (rule.child === undefined) {
      this.#text(rule, length);
      this.#at += length;
    } else if (rule.role === 'resource' || rule.role === 'metric' || rule.role === 'point') {
      this.#owner(rule.role, rule.child, length, depth);
    } else {
      if (rule.role === 'attribute' || rule.role === 'pair') this.#pair(rule, length);
      this.message(rule.child, this.#at + length, depth + 1);
    }
  }

  /** An element that has attributes or buckets of its own, counted apart from those around it. */
  #owner(role: 'resource' | 'metric' | 'point', shape: Shape, length: number, depth: number): void {
    if (role === 'resource') this.#check(++this.#resources, 'maxResources', 'resources');
    else if (role === 'point') this.#check(++this.#points, 'maxPoints', 'data points');
    const attributes = this.#attributes;
    const buckets = this.#buckets;
    this.#attributes = 0;
    this.#buckets = 0;
    this.message(shape, this.#at + length, depth + 1);
    this.#attributes = attributes;
    this.#buckets = buckets;
  }

  /** A key with its value; the length of both bounds lists and maps inside the value. */
  #pair(rule: FieldRule, length: number): void {
    if (rule.role === 'attribute') {
      this.#check(++this.#attributes, 'maxAttributes', 'attributes of one owner');
    }
    const most = this.#limits.maxKeyBytes + this.#limits.maxValueBytes + PAIR_OVERHEAD;
    if (length > most) {
      throw tooLarge(`an attribute of ${length} bytes`, this.#at, `at most ${most}`);
    }
  }

  #text(rule: FieldRule, length: number): void {
    this.#textBytes += length;
    this.#check(this.#textBytes, 'maxTextBytes', 'bytes of text in all');
    if (rule.role === 'key') this.#check(length, 'maxKeyBytes', 'bytes in an attribute key');
    else this.#check(length, 'maxValueBytes', `bytes in ${rule.name}`);
  }

  #packed(rule: FieldRule, end: number): void {
    const length = this.#length(end);
    const stop = this.#at + length;
    while (this.#at < stop) {
      this.#skip(rule.wire, stop);
      if (rule.role === 'bucket') this.#bucket();
    }
  }

  #bucket(): void {
    this.#check(++this.#buckets, 'maxBuckets', 'buckets in one point');
    this.#check(++this.#bucketsInAll, 'maxBucketsInAll', 'buckets in all');
  }

  #check(found: number, limit: keyof DecodeLimits, what: string): void {
    if (found <= this.#limits[limit]) return;
    throw tooLarge(`${found} ${what}`, this.#at, `at most ${this.#limits[limit]}`);
  }

  #skip(wire: number, end: number): void {
    if (wire === VARINT) this.#skipVarint(end);
    else if (wire === FIXED64) this.#at += 8;
    else if (wire === FIXED32) this.#at += 4;
    else if (wire === DELIMITED) {
      const length = this.#length(end);
      this.#at += length;
    } else throw this.#malformed(`wire type ${wire}`, '0, 1, 2 or 5');
    if (this.#at > end) throw this.#malformed('a field that runs past the end', `end at ${end}`);
  }

  #skipVarint(end: number): void {
    const bytes = this.#bytes;
    for (let used = 1; used <= 10 && this.#at < end; used++) {
      if ((bytes[this.#at++] ?? 0) < 0x80) return;
    }
    throw this.#malformed('an unfinished number', 'at most 10 bytes, the last below 128');
  }

  #length(end: number): number {
    const length = this.#shortVarint(end, 'a length');
    if (length <= end - this.#at) return length;
    throw this.#malformed(`a length of ${length}`, `at most the ${end - this.#at} bytes left`);
  }

  /** A number of at most 32 bits. */
  #shortVarint(end: number, what: string): number {
    let value = 0;
    for (let shift = 0; shift < 35 && this.#at < end; shift += 7) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80 && value <= 0xffff_ffff) return value;
    }
    throw this.#malformed(`an unfinished or too big number as ${what}`, 'at most 32 bits');
  }

  #malformed(found: string, expected: string): WireError {
    return new WireError(
      'TT_WIRE_MALFORMED',
      `message, before byte ${this.#at}: found ${found}; expected ${expected}`,
    );
  }
}

/** Tags and lengths around a key and a value, and around what is nested in a value. */
const PAIR_OVERHEAD = 32;

function tooLarge(found: string, at: number, expected: string): WireError {
  return new WireError(
    'TT_WIRE_TOO_LARGE',
    `message, before byte ${at}: found ${found}; expected ${expected}; send smaller batches`,
  );
}
