import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bytes,
  cores,
  durationMs,
  epochDay,
  epochHour,
  epochMs,
  millicores,
  money,
} from './checked.ts';

const all = { bytes, cores, durationMs, epochDay, epochHour, epochMs, millicores, money };

describe('units', () => {
  it('refuse what is not finite', () => {
    for (const [name, make] of Object.entries(all)) {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        assert.throws(() => make(value), { code: 'TT_UNITS_NOT_FINITE' }, name);
      }
    }
  });

  it('refuse negative numbers, but for money', () => {
    for (const [name, make] of Object.entries(all)) {
      if (make === money) assert.equal(make(-5), -5);
      else assert.throws(() => make(-1), { code: 'TT_UNITS_OUT_OF_RANGE' }, name);
    }
  });

  it('refuse fractions where only whole numbers make sense', () => {
    for (const make of [bytes, epochHour, epochDay, money]) {
      assert.throws(() => make(1.5), { code: 'TT_UNITS_OUT_OF_RANGE', message: /whole number/ });
    }
    assert.equal(millicores(1.5), 1.5);
    assert.equal(cores(0.25), 0.25);
  });

  it('refuse what does not fit the stored form', () => {
    assert.throws(() => bytes(2 ** 53), /found 9007199254740992 bytes; expected 0 to/);
    assert.throws(() => epochHour(2 ** 31), { code: 'TT_UNITS_OUT_OF_RANGE' });
    assert.throws(() => epochMs(8.64e15 + 1), { code: 'TT_UNITS_OUT_OF_RANGE' });
  });

  it('turn -0 into 0', () => {
    assert.ok(Object.is(millicores(-0), 0));
    assert.ok(Object.is(bytes(-0), 0));
  });
});
