import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDatabaseUrl, withDatabase } from './url.ts';

const refused = (url: string, message: RegExp) =>
  assert.throws(() => readDatabaseUrl(url), { code: 'TT_STORE_URL', message });

describe('database URL', () => {
  it('reads host, port, user, password and database, with escapes undone', () => {
    const address = readDatabaseUrl('postgres://me%40x:p%2Fw@127.0.0.1:6000/trim%20tab');

    assert.deepEqual(address, {
      host: '127.0.0.1',
      port: 6000,
      user: 'me@x',
      password: 'p/w',
      database: 'trim tab',
      ssl: false,
    });
  });

  it('reads an address of version 6 and a socket folder', () => {
    assert.equal(readDatabaseUrl('postgresql://me@[::1]/d').host, '::1');
    assert.equal(readDatabaseUrl('postgres:///d?host=/run/pg&user=me').host, '/run/pg');
  });

  it('verifies the name on the certificate wherever the host is not this machine', () => {
    const { ssl } = readDatabaseUrl('postgres://me@db.example/d');

    assert.deepEqual(ssl, { rejectUnauthorized: true });
  });

  it('encrypts without checking only when asked to', () => {
    const { ssl } = readDatabaseUrl('postgres://me@db.example/d?sslmode=require');

    assert.deepEqual(ssl, { rejectUnauthorized: false });
    assert.equal(readDatabaseUrl('postgres://me@db.example/d?sslmode=disable').ssl, false);
  });

  it('refuses what it does not understand instead of passing over it', () => {
    refused('https://me@host/d', /no such URL/);
    refused('postgres://me@host/', /no database name/);
    refused('postgres://host/d', /no user/);
    refused('postgres:///d?user=me', /no host/);
    refused('postgres://me@host/d?sslmode=prefer', /sslmode=prefer/);
    refused('postgres://me@host/d?sslnegotiation=direct', /parameter 'sslnegotiation'/);
    refused('postgres://me@host/d?sslmode=verify-full&sslrootcert=/no/such.pem', /no\/such\.pem/);
  });

  it('never shows the password', () => {
    assert.throws(
      () => readDatabaseUrl('postgres://me:secret%zz@host/d'),
      (error: Error) => !error.message.includes('secret'),
    );
  });

  it('changes the database and nothing else', () => {
    const url = withDatabase('postgres://me:p%2Fw@h:1/old?sslmode=disable', 'new');

    assert.equal(url, 'postgres://me:p%2Fw@h:1/new?sslmode=disable');
  });
});
