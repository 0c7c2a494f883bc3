import type { Tx } from '../connect/index.ts';

/** Ends a key for good and tells whether there was one in force. The tenant has to be set. */
export async function revokeApiKey(tx: Tx, keyId: string): Promise<boolean> {
  const rows = await tx.query(
    `update api_key set revoked_at = now() where key_id = $1 and revoked_at is null returning key_id`,
    [keyId],
  );
  return rows.length === 1;
}
