import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeExportResponse, encodeStatus } from '@trimtab/wire/otlp';
import { outcomeOf } from './outcome.ts';

const NOW = Date.UTC(2026, 2, 1);

function answer(
  status: number,
  headers: Record<string, string> = {},
  body: Uint8Array = new Uint8Array(),
) {
  return outcomeOf({ kind: 'answer', status, headers, body }, NOW);
}

describe('an answer', () => {
  test('of success with an empty body means sent', () => {
    assert.deepEqual(answer(200), { kind: 'sent', rejectedPoints: 0, message: '' });
  });

  test('marked as a duplicate means that the API had it', () => {
    assert.equal(answer(200, { 'trimtab-batch': 'duplicate' }).kind, 'duplicate');
  });

  test('of partial success means sent, with the rejected points counted', () => {
    const body = encodeExportResponse({ rejectedDataPoints: 3, errorMessage: 'too old' });

    assert.deepEqual(answer(200, {}, body), {
      kind: 'sent',
      rejectedPoints: 3,
      message: 'too old',
    });
  });

  test('of success that cannot be read is tried again: nobody vouches for it', () => {
    const page = new TextEncoder().encode('<html>please log in</html>');

    assert.equal(answer(200, {}, page).kind, 'retry');
    assert.equal(answer(200, { 'content-encoding': 'gzip' }).kind, 'retry');
    const endless = { kind: 'answer', status: 200, headers: {}, body: undefined } as const;
    assert.equal(outcomeOf(endless, NOW).kind, 'retry');
  });

  test('of 409 is a conflict', () => {
    assert.deepEqual(answer(409), { kind: 'conflict' });
  });

  for (const status of [301, 307, 401, 403, 404, 405, 408, 429, 500, 501, 502, 503, 504]) {
    test(`of ${status} is tried again, not before Retry-After in seconds or as a date`, () => {
      const reason = String(status);
      assert.deepEqual(answer(status), { kind: 'retry', afterMs: undefined, reason });
      assert.deepEqual(answer(status, { 'retry-after': '7' }), {
        kind: 'retry',
        afterMs: 7_000,
        reason,
      });
      const date = new Date(NOW + 90_000).toUTCString();
      assert.deepEqual(answer(status, { 'retry-after': date }), {
        kind: 'retry',
        afterMs: 90_000,
        reason,
      });
    });
  }

  test('with a Retry-After of days waits an hour, and ignores one that is none', () => {
    const far = answer(503, { 'retry-after': '999999' });
    const none = answer(503, { 'retry-after': 'soon' });

    assert.equal(far.kind === 'retry' && far.afterMs, 3_600_000);
    assert.equal(none.kind === 'retry' && none.afterMs, undefined);
  });

  for (const status of [400, 413, 415]) {
    test(`of ${status} refuses the batch for good, with the status message as the reason`, () => {
      const body = encodeStatus({ code: 3, message: 'because' });

      assert.deepEqual(answer(status, {}, body), {
        kind: 'refused',
        reason: `${status} because`,
      });
    });
  }

  test('that never came is tried again', () => {
    const broken = { kind: 'broken', reason: 'ECONNRESET: socket hang up' } as const;

    assert.deepEqual(outcomeOf(broken, NOW), {
      kind: 'retry',
      afterMs: undefined,
      reason: 'ECONNRESET: socket hang up',
    });
  });
});
