import assert from 'node:assert/strict';
import test from 'node:test';
import { revokeApiKey } from '@trimtab/store/answer';
import { ApiError } from '../errors.ts';
import { ask, keyFor } from '../testing/ask.ts';
import { startRig } from '../testing/rig.ts';
import { authorise } from './authenticate.ts';

const PATH = '/api/v1/clusters';

test('lets a key in and no variant of it', async (t) => {
  const rig = await startRig(t);
  const { key, headers } = await keyFor(rig);
  const other = await keyFor(rig);
  const secretOfOther = other.key.split('_')[2] ?? '';
  const variants = [
    'Bearer',
    'Bearer ',
    `Basic ${key}`,
    key,
    `Bearer ${key.slice(0, -1)}`,
    `Bearer ${key.toUpperCase()}`,
    `Bearer ${key}0`,
    `Bearer ${key} ${key}`,
    `Bearer ${key.replace(/_[0-9a-f]{64}_/, `_${secretOfOther}_`)}`,
    `Bearer ${key.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}`,
    `Bearer ${'tt_'.repeat(300)}`,
  ];

  assert.equal((await ask(rig, PATH, { headers })).status, 200);
  assert.equal((await ask(rig, PATH, { headers: { authorization: `bearer ${key}` } })).status, 200);
  for (const authorization of variants) {
    const answer = await ask(rig, PATH, { headers: { authorization } });
    assert.equal(answer.status, 401, authorization);
    assert.match(answer.text, /"code":"TT_API_KEY"/);
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"$/);
    assert.equal(answer.text.includes(key), false);
  }
});

test('asks for credentials without an error code where none were sent', async (t) => {
  const rig = await startRig(t);

  const answer = await ask(rig, PATH);

  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="trimtab"');
  assert.match(answer.text, /TT_API_CREDENTIALS/);
});

test('refuses a key that is expired, revoked or unknown', async (t) => {
  const rig = await startRig(t);
  const expired = await keyFor(rig, { expiresAtMs: Date.now() - 1000 });
  const lasting = await keyFor(rig, { expiresAtMs: Date.now() + 60_000 });
  const revoked = await keyFor(rig);
  const unknown = await keyFor(rig);
  await rig.owner.transaction((tx) => revokeApiKey(tx, revoked.keyId));
  await rig.owner.query('delete from api_key where key_id = $1', [unknown.keyId]);

  for (const { headers } of [expired, revoked, unknown]) {
    assert.equal((await ask(rig, PATH, { headers })).status, 401);
  }
  assert.equal((await ask(rig, PATH, { headers: lasting.headers })).status, 200);
});

test('asks for the key before it looks at the request, on every path of the API', async (t) => {
  const rig = await startRig(t);

  for (const path of ['clusters', 'workloads?limit=0', 'workloads/x', 'containers?a=b']) {
    assert.equal((await ask(rig, `/api/v1/${path}`)).status, 401, path);
    assert.equal((await ask(rig, `/api/v1/${path}`, { method: 'POST' })).status, 401, path);
  }
});

test('notes when a key was used, at most once a minute', async (t) => {
  const rig = await startRig(t);
  const { headers, keyId } = await keyFor(rig);
  const used = async (): Promise<Date | null> => {
    const [row] = await rig.owner.query<{ at: Date | null }>(
      'select last_used_at as at from api_key where key_id = $1',
      [keyId],
    );
    return row?.at ?? null;
  };

  await ask(rig, PATH, { headers });
  const first = await used();
  await ask(rig, PATH, { headers });
  const second = await used();
  await rig.owner.query(`update api_key set last_used_at = now() - interval '61 seconds'`);
  const aged = await used();
  await ask(rig, PATH, { headers });
  const third = await used();

  assert.ok(first);
  assert.deepEqual(second, first);
  assert.ok(third && aged && third > aged);
});

test('writes an audit row with each key, and keeps no secret', async (t) => {
  const rig = await startRig(t);
  const { key, keyId } = await keyFor(rig, { role: 'operator' });

  const [entry] = await rig.owner.query<{ detail: unknown }>(
    'select actor, action, detail from audit',
  );

  assert.deepEqual(entry, {
    ...{ actor: 'test', action: 'api-key-created' },
    detail: { keyId, name: 'test', role: 'operator', expiresAt: null },
  });
  const secret = key.split('_')[2] ?? '';
  const [kept] = await rig.owner.query<{ text: string }>(
    'select api_key::text as text from api_key',
  );
  assert.equal(kept?.text.includes(secret), false);
  assert.equal(rig.logged.join('').includes(secret), false);
});

test('lets each role do what the ones below it may, and no more', () => {
  const principal = (role: 'viewer' | 'operator' | 'admin') => ({ tenantId: 1, keyId: 'k', role });
  authorise(principal('admin'), 'viewer');
  authorise(principal('operator'), 'operator');

  assert.throws(
    () => authorise(principal('viewer'), 'operator'),
    (error) =>
      error instanceof ApiError &&
      error.status === 403 &&
      error.headers['www-authenticate'] ===
        'Bearer realm="trimtab", error="insufficient_scope", scope="operator"',
  );
});
