import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { drawApiKey, formatApiKey, hmacOfSecret, isSecretOf, parseApiKey } from './api-key.ts';

const PEPPER = Buffer.alloc(32, 7);

test('reads back the key it wrote', () => {
  const parts = drawApiKey(randomBytes);

  const key = formatApiKey(parts);

  assert.match(key, /^tt_[0-9a-f]{16}_[0-9a-f]{64}_[0-9a-f]{8}$/);
  assert.deepEqual(parseApiKey(key), parts);
});

test('refuses a key in which any one character was mistyped', () => {
  const key = formatApiKey(drawApiKey((size) => Buffer.alloc(size, 0xa5)));

  fc.assert(
    fc.property(
      fc.nat(key.length - 1),
      fc.constantFrom(...'0123456789abcdefABC_ '),
      (at, letter) => {
        const typed = key.slice(0, at) + letter + key.slice(at + 1);
        return typed === key || parseApiKey(typed) === undefined;
      },
    ),
  );
});

test('refuses what is no key at all', () => {
  for (const text of ['', 'tt_', 'tt_a_b_c', ' '.repeat(95), 'tt_'.repeat(40)]) {
    assert.equal(parseApiKey(text), undefined);
  }
});

test('knows the secret by its HMAC, and only under the same pepper and id', () => {
  const parts = drawApiKey(randomBytes);
  const kept = hmacOfSecret(parts, PEPPER);

  assert.equal(isSecretOf(parts, kept, PEPPER), true);
  assert.equal(isSecretOf({ ...parts, secret: '0'.repeat(64) }, kept, PEPPER), false);
  assert.equal(isSecretOf({ ...parts, keyId: '0'.repeat(16) }, kept, PEPPER), false);
  assert.equal(isSecretOf(parts, kept, Buffer.alloc(32, 8)), false);
  assert.equal(isSecretOf(parts, undefined, PEPPER), false);
  assert.equal(isSecretOf(parts, kept.subarray(1), PEPPER), false);
});
