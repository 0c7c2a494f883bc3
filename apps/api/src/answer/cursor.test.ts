import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ApiError } from '../errors.ts';
import { readCursor, writeCursor } from './cursor.ts';

const SHAPE = { list: 'recommendations', order: 'asc', sort: 'cpuChange', cluster: undefined };

test('reads back the place it wrote, to the last bit of a number', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed()),
    fc.constant(null),
  );
  fc.assert(
    fc.property(value, fc.nat(), fc.option(fc.nat(), { nil: undefined }), (sorted, id, runId) => {
      const state = { place: { value: sorted, id }, runId };
      assert.deepEqual(readCursor(SHAPE, writeCursor(SHAPE, state)), state);
    }),
  );
});

test('does not care in which order the parameters of a list come', () => {
  const cursor = writeCursor(SHAPE, { place: { value: 1, id: 2 }, runId: 3 });

  const { list, order, sort } = SHAPE;
  assert.equal(readCursor({ sort, order, list }, cursor).place.id, 2);
});

test('refuses the cursor of another list, order or filter', () => {
  const cursor = writeCursor(SHAPE, { place: { value: 1, id: 2 }, runId: 3 });

  for (const change of [{ list: 'workloads' }, { order: 'desc' }, { cluster: 'east' }]) {
    assert.throws(() => readCursor({ ...SHAPE, ...change }, cursor), isCursorError);
  }
});

test('refuses what is no cursor, without ever failing otherwise', () => {
  const texts = ['', '!', 'eyJ9', Buffer.from('[1]').toString('base64url'), 'A'.repeat(4000)];
  for (const text of texts) assert.throws(() => readCursor(SHAPE, text), isCursorError);

  const good = writeCursor(SHAPE, { place: { value: 'x', id: 2 }, runId: 3 });
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.constantFrom(...'AZaz09-_'), (at, letter) => {
      const changed = good.slice(0, at) + letter + good.slice(at + 1);
      try {
        readCursor(SHAPE, changed);
      } catch (error) {
        assert.ok(isCursorError(error));
      }
    }),
  );
});

function isCursorError(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'TT_API_CURSOR';
}
