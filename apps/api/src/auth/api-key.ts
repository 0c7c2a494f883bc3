/**
 * API keys: `tt_<keyId>_<secret>_<crc>`, all lower-case hexadecimal.
 *
 * | part | bytes | what for |
 * |---|---|---|
 * | keyId | 8 | finds the row; no secret |
 * | secret | 32 | 256 random bits, so a plain HMAC guards it as well as a slow hash would |
 * | crc | 4 | CRC-32 of all before it: a mistyped key is refused without asking the database |
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A key taken apart. */
export interface ApiKeyParts {
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly secret: string;
}

const KEY_ID_BYTES = 8;
const SECRET_BYTES = 32;
const CRC_DIGITS = 8;
const FORM = /^(tt_([0-9a-f]{16})_([0-9a-f]{64}))_([0-9a-f]{8})$/;

/** Draws a new key; `randomBytes` gives as many random bytes as it is asked for. */
export function drawApiKey(randomBytes: (size: number) => Buffer): ApiKeyParts {
  return {
    keyId: randomBytes(KEY_ID_BYTES).toString('hex'),
    secret: randomBytes(SECRET_BYTES).toString('hex'),
  };
}

/** The key as its owner gets it, once. */
export function formatApiKey(parts: ApiKeyParts): string {
  const body = `tt_${parts.keyId}_${parts.secret}`;
  return `${body}_${checksum(body)}`;
}

/** The parts of a key; undefined where the form or the checksum is wrong. */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  const [, body, keyId, secret, crc] = FORM.exec(text) ?? [];
  if (body === undefined || keyId === undefined || secret === undefined) return undefined;
  return crc === checksum(body) ? { keyId, secret } : undefined;
}

/** What is kept of a key: an HMAC under the server's pepper, bound to the key's id. 32 bytes. */
export function hmacOfSecret(parts: ApiKeyParts, pepper: Uint8Array): Buffer {
  return createHmac('sha256', pepper).update(`${parts.keyId}.${parts.secret}`).digest();
}

/** Compares a key with what was kept, in constant time; false where nothing was kept. */
export function isSecretOf(
  parts: ApiKeyParts,
  kept: Uint8Array | undefined,
  pepper: Uint8Array,
): boolean {
  const found = hmacOfSecret(parts, pepper);
  // An unknown id costs the same work as a wrong secret.
  const expected = kept?.byteLength === found.byteLength ? kept : Buffer.alloc(found.byteLength);
  return timingSafeEqual(found, expected) && kept !== undefined;
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(CRC_DIGITS, '0');
}
