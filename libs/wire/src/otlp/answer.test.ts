import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeExportResponse,
  decodeStatus,
  describeRejections,
  encodeExportResponse,
  encodeStatus,
  WireError,
} from './index.ts';

test('full success is an empty message', () => {
  const bytes = encodeExportResponse({ rejectedDataPoints: 0, errorMessage: '' });
  assert.equal(bytes.length, 0);
  assert.deepEqual(decodeExportResponse(bytes), { rejectedDataPoints: 0, errorMessage: '' });
});

test('a partial success has the bytes that OTLP lays down', () => {
  const bytes = encodeExportResponse({ rejectedDataPoints: 300, errorMessage: 'old' });
  // Field 1, 8 bytes: field 1 varint 300, field 2 text "old".
  assert.equal(Buffer.from(bytes).toString('hex'), '0a0808ac021203' + '6f6c64');
  assert.deepEqual(decodeExportResponse(bytes), { rejectedDataPoints: 300, errorMessage: 'old' });
});

test('a warning without rejected points is kept', () => {
  const answer = { rejectedDataPoints: 0, errorMessage: 'clock is 30 s ahead' };
  assert.deepEqual(decodeExportResponse(encodeExportResponse(answer)), answer);
});

test('a status has the bytes of google.rpc.Status, whose details are skipped', () => {
  const bytes = encodeStatus({ code: 14, message: 'later' });
  assert.equal(Buffer.from(bytes).toString('hex'), '080e1205' + '6c61746572');
  const withDetails = Buffer.concat([bytes, Buffer.from('1a020a00', 'hex')]);
  assert.deepEqual(decodeStatus(withDetails), { code: 14, message: 'later' });
});

test('long texts are cut without leaving half a character', () => {
  const message = `${'a'.repeat(8188)}${'😀'.repeat(10)}`;
  const read = decodeStatus(encodeStatus({ code: 3, message }));
  assert.ok(read.message.length <= 8192);
  assert.match(read.message, /^a+\ufffd\.\.\.$/);
});

test('garbage for an answer is refused with a WireError', () => {
  const refused = (error: unknown) =>
    error instanceof WireError && error.code === 'TT_WIRE_MALFORMED';
  assert.throws(() => decodeExportResponse(Buffer.from('<html>502</html>')), refused);
  assert.throws(() => decodeStatus(Buffer.from('{"code":3}')), refused);
  assert.throws(() => decodeStatus(Buffer.from('1202c328', 'hex')), refused);
});

test('rejections are described with their codes, counts and examples', () => {
  const text = describeRejections({
    count: 3,
    reasons: [
      { code: 'TT_WIRE_POINT_FUTURE', count: 2, example: 'first' },
      { code: 'TT_WIRE_POINT_UNIT', count: 1, example: 'second' },
    ],
  });
  assert.equal(
    text,
    '3 data points dropped: TT_WIRE_POINT_FUTURE 2 (first); TT_WIRE_POINT_UNIT 1 (second)',
  );
  assert.equal(describeRejections({ count: 0, reasons: [] }), '');
});
