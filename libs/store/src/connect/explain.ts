import { StoreError } from '../errors.ts';
import { isConnectionLoss, isTlsRefusal } from './unavailable.ts';
import type { DatabaseAddress } from './url.ts';

/** Names a database for people: host, port and database, never the user or the password. */
export function nameOf({ host, port, database }: DatabaseAddress): string {
  return `PostgreSQL ${host}:${port}/${database}`;
}

/**
 * A failed or lost connection as TT_STORE_TLS or TT_STORE_UNAVAILABLE, with what to do; any other error,
 * those that PostgreSQL itself answers with among them, comes back as it is.
 */
export function explainConnection(error: unknown, address: DatabaseAddress): unknown {
  if (error instanceof StoreError) return error;
  const found = error instanceof Error ? error.message : String(error);
  if (isTlsRefusal(error)) {
    return new StoreError(
      'TT_STORE_TLS',
      `${nameOf(address)}: ${found}; expected TLS as the URL's sslmode asks for it: give the ` +
        "authority's certificate as sslrootcert, connect by the name in the server's certificate, " +
        'or set sslmode=disable where the network itself is trusted',
      { cause: error },
    );
  }
  if (!isConnectionLoss(error)) return error;
  return new StoreError(
    'TT_STORE_UNAVAILABLE',
    `${nameOf(address)}: ${found || 'no connection'}; expected an answer: ` +
      'check that PostgreSQL runs there and can be reached, then try again',
    { cause: error },
  );
}
