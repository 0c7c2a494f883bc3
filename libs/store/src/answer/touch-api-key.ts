import type { Tx } from '../connect/index.ts';

/** Notes that a key was used, at most once a minute, so that reads do not become writes. The tenant has to be set. */
export async function touchApiKey(tx: Tx, keyId: string): Promise<void> {
  await tx.query(
    `update api_key set last_used_at = now()
     where key_id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [keyId],
  );
}
