import { randomBytes } from 'node:crypto';
import type { Database } from '@trimtab/store';
import { type ApiKeyRole, insertApiKey, insertAudit } from '@trimtab/store/answer';
import { drawApiKey, formatApiKey, hmacOfSecret } from './api-key.ts';

/** A key to be made. */
export interface ApiKeyWish {
  readonly tenantId: number;
  /** What it is for, 1 to 200 characters. */
  readonly name: string;
  readonly role: ApiKeyRole;
  /** Undefined: does not expire. */
  readonly expiresAtMs?: number;
  /** Who makes it, for the audit: a key's id, or a word such as `setup`. */
  readonly actor: string;
}

/** A key that was made. */
export interface CreatedApiKey {
  readonly keyId: string;
  /** The whole key: shown once, kept nowhere. */
  readonly key: string;
}

/** Makes a key and its audit row in one transaction. `db` acts as trimtab_api or as the owner. */
export async function createApiKey(
  db: Database,
  pepper: Uint8Array,
  wish: ApiKeyWish,
): Promise<CreatedApiKey> {
  const parts = drawApiKey(randomBytes);
  const { tenantId, name, role, expiresAtMs, actor } = wish;
  const expiresAt = expiresAtMs === undefined ? undefined : new Date(expiresAtMs);
  await db.transaction(
    async (tx) => {
      const secretHmac = hmacOfSecret(parts, pepper);
      await insertApiKey(tx, { keyId: parts.keyId, tenantId, name, role, secretHmac, expiresAt });
      await insertAudit(tx, {
        tenantId,
        actor,
        action: 'api-key-created',
        detail: { keyId: parts.keyId, name, role, expiresAt: expiresAt?.toISOString() ?? null },
      });
    },
    { tenants: [tenantId] },
  );
  return { keyId: parts.keyId, key: formatApiKey(parts) };
}
