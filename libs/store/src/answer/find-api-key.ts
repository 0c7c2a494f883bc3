import type { Tx } from '../connect/index.ts';

/** Rights of a key, each including the ones before it. */
export type ApiKeyRole = 'viewer' | 'operator' | 'admin';

/** An API key as it is kept: never the secret itself. */
export interface ApiKeyRow {
  readonly keyId: string;
  readonly tenantId: number;
  readonly name: string;
  readonly role: ApiKeyRole;
  readonly secretHmac: Uint8Array;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** The key of that id, revoked and expired ones included. Needs no tenant set: a key tells its tenant. */
export async function findApiKey(
  db: Pick<Tx, 'query'>,
  keyId: string,
): Promise<ApiKeyRow | undefined> {
  const rows = await db.query<ApiKeyRow>(
    `select key_id as "keyId", tenant_id as "tenantId", name, role, secret_hmac as "secretHmac",
       expires_at as "expiresAt", revoked_at as "revokedAt", last_used_at as "lastUsedAt"
     from api_key where key_id = $1`,
    [keyId],
  );
  return rows[0];
}
