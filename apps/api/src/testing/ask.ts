import { connect } from '@trimtab/store';
import type { ApiKeyRole } from '@trimtab/store/answer';
import { createApiKey } from '../index.ts';
import type { Rig } from './rig.ts';

/** An answer of the people's listener. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null where it is none. */
  readonly json: unknown;
}

/** Asks the people's listener. `path` begins with a slash. */
export async function ask(rig: Rig, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(`http://127.0.0.1:${rig.api.peoplePort}${path}`, init);
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const json: unknown = isJson && text !== '' ? JSON.parse(text) : null;
  return { status: response.status, headers: response.headers, text, json };
}

/** Headers with a new key of the rig's tenant, or of another one. */
export async function keyFor(
  rig: Rig,
  wish: {
    readonly role?: ApiKeyRole;
    readonly tenantId?: number;
    readonly expiresAtMs?: number;
  } = {},
): Promise<{
  readonly key: string;
  readonly keyId: string;
  readonly headers: Record<string, string>;
}> {
  const db = connect({
    url: rig.url,
    role: 'trimtab_api',
    poolSize: 1,
    applicationName: 'test-key',
  });
  try {
    const { tenantId = rig.tenantId, role = 'viewer', ...rest } = wish;
    const made = await createApiKey(db, rig.pepper, {
      ...{ tenantId, role, name: 'test', actor: 'test' },
      ...rest,
    });
    return { ...made, headers: { authorization: `Bearer ${made.key}` } };
  } finally {
    await db.close();
  }
}
