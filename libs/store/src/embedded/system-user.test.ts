import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findUser } from './system-user.ts';

const ROOT = 'root:x:0:0:root:/root:/bin/bash\n';
const NOBODY = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';

it('prefers the user postgres and falls back to nobody', () => {
  const postgres = 'postgres:x:101:104::/var/lib/postgresql:/bin/bash\n';

  assert.deepEqual(findUser(ROOT + NOBODY + postgres), { name: 'postgres', uid: 101, gid: 104 });
  assert.deepEqual(findUser(ROOT + NOBODY), { name: 'nobody', uid: 65534, gid: 65534 });
});

it('says what is missing where there is neither', () => {
  assert.throws(() => findUser(ROOT), {
    code: 'TT_STORE_EMBEDDED_USER',
    message: /add a user named postgres/,
  });
});
