import type { Tx } from '../connect/index.ts';
import type { ApiKeyRole } from './find-api-key.ts';

/** A key to be kept. */
export interface NewApiKey {
  readonly keyId: string;
  readonly tenantId: number;
  /** What it is for, as its maker says. */
  readonly name: string;
  readonly role: ApiKeyRole;
  readonly secretHmac: Uint8Array;
  /** Undefined: does not expire. */
  readonly expiresAt: Date | undefined;
}

/** Keeps a new key. The tenant has to be set. */
export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<void> {
  await tx.query(
    `insert into api_key (key_id, tenant_id, name, role, secret_hmac, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      key.keyId,
      key.tenantId,
      key.name,
      key.role,
      Buffer.from(key.secretHmac),
      key.expiresAt?.toISOString() ?? null,
    ],
  );
}
