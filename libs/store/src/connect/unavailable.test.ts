import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StoreError } from '../errors.ts';
import { endsConnection, isUnavailable } from './unavailable.ts';

function answered(code: string, severity = 'ERROR'): Error {
  return Object.assign(new Error('answer of the server'), { code, severity });
}

describe('isUnavailable', () => {
  it('is true for every way in which a server can be away', () => {
    const away = ['08006', '53300', '57P01', '57P03', '25006', '40001', '40P01', '57014', '55P03'];
    for (const code of away) assert.equal(isUnavailable(answered(code)), true, code);
    for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND']) {
      assert.equal(isUnavailable(Object.assign(new Error('x'), { code })), true, code);
    }
    assert.equal(isUnavailable(new Error('Connection terminated unexpectedly')), true);
    assert.equal(isUnavailable(new Error('Query read timeout')), true);
  });

  it('follows causes and looks into collected errors', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });

    assert.equal(isUnavailable(new Error('push failed', { cause: refused })), true);
    assert.equal(isUnavailable(new AggregateError([refused])), true);
    assert.equal(isUnavailable(new StoreError('TT_STORE_BUSY', 'x')), true);
  });

  it('is false for mistakes and refusals', () => {
    for (const code of ['23505', '42501', '42601', '28P01', '22P02']) {
      assert.equal(isUnavailable(answered(code)), false, code);
    }
    assert.equal(isUnavailable(new StoreError('TT_STORE_SCHEMA_OLDER', 'x')), false);
    assert.equal(isUnavailable(new TypeError('x')), false);
    assert.equal(isUnavailable('ECONNREFUSED'), false);
  });
});

describe('endsConnection', () => {
  it('is true after a fatal answer and a lost connection, false after a failed statement', () => {
    assert.equal(endsConnection(answered('57P01', 'FATAL')), true);
    assert.equal(endsConnection(new Error('Connection terminated')), true);
    assert.equal(endsConnection(answered('25006')), true);
    assert.equal(endsConnection(answered('23505')), false);
    assert.equal(endsConnection(new Error('of the caller')), false);
  });
});
