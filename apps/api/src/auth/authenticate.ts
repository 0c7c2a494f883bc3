import type { Database } from '@trimtab/store';
import { type ApiKeyRole, type ApiKeyRow, findApiKey, touchApiKey } from '@trimtab/store/answer';
import { ApiError } from '../errors.ts';
import { isSecretOf, parseApiKey } from './api-key.ts';

/** Who asks, and what may be asked. */
export interface Principal {
  readonly tenantId: number;
  readonly keyId: string;
  readonly role: ApiKeyRole;
}

/** What checking a key needs. */
export interface KeyCheck {
  readonly db: Database;
  readonly pepper: Uint8Array;
  readonly nowMs: () => number;
}

const RANK: Readonly<Record<ApiKeyRole, number>> = { viewer: 0, operator: 1, admin: 2 };
const BEARER = /^bearer +([^ ]+)$/i;
const MOST_HEADER_CHARACTERS = 200;
const TOUCH_AFTER_MS = 60_000;
const REALM = 'Bearer realm="trimtab"';

/**
 * Who an `Authorization` header stands for. Throws TT_API_CREDENTIALS without one and TT_API_KEY for a key that is
 * mistyped, unknown, expired or revoked. Expired and revoked are told only to one who has the secret.
 */
export async function authenticate(
  check: KeyCheck,
  header: string | undefined,
): Promise<Principal> {
  const token = tokenOf(header);
  const parts = parseApiKey(token);
  if (parts === undefined) throw keyRefused('mistyped: its form or its checksum is wrong');
  const row = await findApiKey(check.db, parts.keyId);
  if (!isSecretOf(parts, row?.secretHmac, check.pepper) || row === undefined) {
    throw keyRefused('unknown');
  }
  if (row.revokedAt !== null || isOver(row.expiresAt, check.nowMs())) {
    throw keyRefused('expired or revoked');
  }
  await noteUse(check, row);
  return { tenantId: row.tenantId, keyId: row.keyId, role: row.role };
}

/** Throws TT_API_RIGHTS where the principal's role does not include `needed`. */
export function authorise(principal: Principal, needed: ApiKeyRole): void {
  if (RANK[principal.role] >= RANK[needed]) return;
  throw new ApiError(
    'TT_API_RIGHTS',
    `key ${principal.keyId}: found role ${principal.role}; expected ${needed} or above: use another key`,
    { headers: challenge(`error="insufficient_scope", scope="${needed}"`) },
  );
}

function tokenOf(header: string | undefined): string {
  if (header === undefined || header === '') {
    // RFC 6750 3.1: no error code where no credentials were sent.
    throw new ApiError(
      'TT_API_CREDENTIALS',
      'found no Authorization header; expected Authorization: Bearer tt_...',
      { headers: { 'www-authenticate': REALM } },
    );
  }
  const token =
    header.length > MOST_HEADER_CHARACTERS ? undefined : BEARER.exec(header.trim())?.[1];
  if (token === undefined) throw keyRefused('not of the form Bearer tt_...');
  return token;
}

function keyRefused(why: string): ApiError {
  return new ApiError(
    'TT_API_KEY',
    `the API key is ${why}; expected a key of this server that is in force`,
    { headers: challenge('error="invalid_token"') },
  );
}

function challenge(parameters: string): Record<string, string> {
  return { 'www-authenticate': `${REALM}, ${parameters}` };
}

function isOver(moment: Date | null, nowMs: number): boolean {
  return moment !== null && moment.getTime() <= nowMs;
}

async function noteUse(check: KeyCheck, row: ApiKeyRow): Promise<void> {
  const usedMs = row.lastUsedAt?.getTime() ?? 0;
  if (check.nowMs() - usedMs < TOUCH_AFTER_MS) return;
  await check.db.transaction((tx) => touchApiKey(tx, row.keyId), { tenants: [row.tenantId] });
}
