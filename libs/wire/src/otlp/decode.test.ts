import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ExportMetricsServiceRequestSchema } from './gen/otlp/metrics_pb.ts';
import {
  DEFAULT_DECODE_LIMITS,
  type DecodeLimits,
  decodeExport,
  encodeExport,
  WireError,
  type WireErrorCode,
} from './index.ts';
import { sampleBatch } from './sample-batches.ts';

type Request = MessageInitShape<typeof ExportMetricsServiceRequestSchema>;

function bytesOf(request: Request): Uint8Array {
  return toBinary(
    ExportMetricsServiceRequestSchema,
    create(ExportMetricsServiceRequestSchema, request),
  );
}

function decode(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}) {
  return decodeExport(bytes, { ...DEFAULT_DECODE_LIMITS, ...limits });
}

function assertRefused(bytes: Uint8Array, code: WireErrorCode, limits?: Partial<DecodeLimits>) {
  assert.throws(
    () => decode(bytes, limits),
    (error) =>
      error instanceof WireError &&
      error.code === code &&
      /found .+; expected /.test(error.message),
  );
}

/** Takes a request under a limit of `most` and refuses it one below. */
function assertLimit(request: Request, limit: keyof DecodeLimits, most: number): void {
  const bytes = bytesOf(request);
  assert.doesNotThrow(() => decode(bytes, { [limit]: most }));
  assertRefused(bytes, 'TT_WIRE_TOO_LARGE', { [limit]: most - 1 });
}

function attribute(key: string, value: string) {
  return { key, value: { value: { case: 'stringValue' as const, value } } };
}

function withAttributes(attributes: ReturnType<typeof attribute>[]): Request {
  return { resourceMetrics: [{ resource: { attributes } }] };
}

function withBuckets(...counts: number[]): Request {
  const dataPoints = counts.map((buckets) => ({
    positive: { bucketCounts: Array.from({ length: buckets }, () => 1n) },
  }));
  const data = { case: 'exponentialHistogram' as const, value: { dataPoints } };
  return { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ data }] }] }] };
}

/** The bytes of one field that holds other bytes. */
function field(number: number, inside: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(inside).finish();
}

test('takes no bytes at all as a request without resources', () => {
  assert.deepEqual(decode(new Uint8Array()).resourceMetrics, []);
});

test('refuses more bytes than the limit', () => {
  const bytes = encodeExport(sampleBatch({ containers: 1, windows: 1 }));
  assert.doesNotThrow(() => decode(bytes, { maxBytes: bytes.length }));
  assertRefused(bytes, 'TT_WIRE_TOO_LARGE', { maxBytes: bytes.length - 1 });
});

test('refuses more resources than the limit', () => {
  assertLimit({ resourceMetrics: [{}, {}, {}] }, 'maxResources', 3);
});

test('refuses more data points than the limit, whatever their kind', () => {
  const gauge = { data: { case: 'gauge' as const, value: { dataPoints: [{}, {}] } } };
  const summary = { data: { case: 'summary' as const, value: { dataPoints: [{}, {}, {}] } } };
  const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [gauge, summary] }] }] };
  assertLimit(request, 'maxPoints', 5);
});

test('refuses more messages than the limit, also empty ones', () => {
  const metrics = Array.from({ length: 50 }, () => ({}));
  assertLimit({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }, 'maxMessages', 53);
});

test('refuses more attributes of one resource than the limit', () => {
  const attributes = Array.from({ length: 64 }, (_, index) => attribute(`a${index}`, ''));
  assertLimit(withAttributes(attributes), 'maxAttributes', 64);
});

test('counts the attributes of a resource over all pieces it is sent in', () => {
  const piece = (from: number) =>
    field(
      1,
      bytesOf(withAttributes([attribute(`a${from}`, ''), attribute(`b${from}`, '')])).slice(4),
    );
  const whole = field(1, Buffer.concat([piece(0), piece(1), piece(2)]));
  const [resource] = decode(whole).resourceMetrics;
  assert.equal(resource?.resource?.attributes.length, 6);
  assertRefused(whole, 'TT_WIRE_TOO_LARGE', { maxAttributes: 5 });
});

test('counts the attributes of each resource and point apart', () => {
  const attributes = [attribute('a', ''), attribute('b', '')];
  const data = { case: 'gauge' as const, value: { dataPoints: [{ attributes }, { attributes }] } };
  const resource = { resource: { attributes }, scopeMetrics: [{ metrics: [{ data }] }] };
  assertLimit({ resourceMetrics: [resource, resource] }, 'maxAttributes', 2);
});

test('refuses attribute keys above 256 bytes and values above 2,048', () => {
  assertLimit(withAttributes([attribute('é'.repeat(128), 'v')]), 'maxKeyBytes', 256);
  assertLimit(withAttributes([attribute('k', 'é'.repeat(1024))]), 'maxValueBytes', 2048);
});

test('refuses lists in an attribute above the size of a value', () => {
  const values = Array.from({ length: 2000 }, () => ({}));
  const value = { value: { case: 'arrayValue' as const, value: { values } } };
  const bytes = bytesOf({ resourceMetrics: [{ resource: { attributes: [{ key: 'k', value }] } }] });
  assertRefused(bytes, 'TT_WIRE_TOO_LARGE');
});

test('refuses texts that are too long together', () => {
  assertLimit(withAttributes([attribute('ab', 'cde'), attribute('f', '')]), 'maxTextBytes', 6);
});

test('refuses more buckets in one point, and in all, than the limits', () => {
  assertLimit(withBuckets(4096, 4096), 'maxBuckets', 4096);
  assertLimit(withBuckets(3, 4), 'maxBucketsInAll', 7);
});

test('counts buckets that are not packed like packed ones', () => {
  const one = new BinaryWriter().tag(2, WireType.Varint).uint64(1).finish();
  const point = field(8, Buffer.concat([one, one, one]));
  const bytes = [1, 10, 2, 2, 1].reduce((inside, number) => field(number, inside), point);
  assert.equal(decode(bytes, { maxBuckets: 3 }).resourceMetrics.length, 1);
  assertRefused(bytes, 'TT_WIRE_TOO_LARGE', { maxBuckets: 2 });
});

test('refuses messages nested deeper than the limit', () => {
  let value: { value: unknown } = { value: { case: 'boolValue', value: true } };
  for (let depth = 0; depth < 8; depth++) {
    value = { value: { case: 'arrayValue', value: { values: [value] } } };
  }
  const attributes = [{ key: 'k', value }];
  const bytes = bytesOf({ resourceMetrics: [{ resource: { attributes } }] } as Request);
  assert.doesNotThrow(() => decode(bytes, { maxDepth: 21 }));
  assertRefused(bytes, 'TT_WIRE_TOO_LARGE', { maxDepth: 20 });
  assertRefused(bytes, 'TT_WIRE_TOO_LARGE');
});

test('skips unknown fields of every wire type', () => {
  const unknown = new BinaryWriter()
    .tag(1000, WireType.Varint)
    .uint64(2n ** 64n - 1n)
    .tag(1001, WireType.Bit64)
    .fixed64(1)
    .tag(1002, WireType.Bit32)
    .fixed32(1)
    .tag(1003, WireType.LengthDelimited)
    .string('new')
    .finish();
  const resource = field(1, Buffer.concat([unknown, field(2, unknown)]));
  const [read] = decode(Buffer.concat([resource, unknown])).resourceMetrics;
  assert.equal(read?.scopeMetrics.length, 1);
});

for (const [what, bytes] of [
  ['a group', [0x0b, 0x0c]],
  ['an unknown group', [0x2b, 0x2c]],
  ['a reserved wire type', [0x0e]],
  ['field number 0', [0x02, 0x00]],
  ['a known field of another wire type', [0x08, 0x01]],
  ['a length without its bytes', [0x0a, 0x05, 0x00]],
  ['a length above 32 bits', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ['a number that does not end', [0x10, 0x80]],
  ['a number of more than ten bytes', [0x10, ...Array.from({ length: 10 }, () => 0x80), 0x00]],
  ['a nested message that ends after its parent', [0x0a, 0x02, 0x12, 0x05, 0, 0, 0, 0, 0]],
  ['a fixed number that is cut off', [0x11, 0, 0, 0]],
  ['text that is no UTF-8', [0x0a, 0x08, 0x12, 0x06, 0x12, 0x04, 0x0a, 0x02, 0xc3, 0x28]],
] as const) {
  test(`refuses ${what}`, () => {
    assertRefused(Uint8Array.from(bytes), 'TT_WIRE_MALFORMED');
  });
}

test('refuses a message that is cut off anywhere inside its first resource', () => {
  const bytes = encodeExport(sampleBatch({ containers: 1, windows: 1 }));
  const firstLength = 3 + (bytes[1] ?? 0) + ((bytes[2] ?? 0) - 1) * 128;
  for (let length = 1; length < firstLength; length++) {
    assertRefused(bytes.subarray(0, length), 'TT_WIRE_MALFORMED');
  }
});
