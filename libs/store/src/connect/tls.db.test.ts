import assert from 'node:assert/strict';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Embedded, startEmbedded } from '../embedded/index.ts';
import { connect, isUnavailable } from './index.ts';

const TESTDATA = join(import.meta.dirname, 'testdata');
const CA = `sslrootcert=${join(TESTDATA, 'ca.pem')}`;

describe('a TLS connection', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'trimtab-tls-'));
  let server: Embedded;
  before(async () => {
    server = await startEmbedded({ dataDir, unsafeNoSync: true });
  });
  after(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true });
  });

  async function isEncrypted(host: string, parameters: string): Promise<boolean | undefined> {
    const url = new URL(server.url);
    url.hostname = host;
    url.search = parameters;
    const db = connect({ url: url.href, poolSize: 1, applicationName: 'test' });
    try {
      const [row] = await db.query<{ ssl: boolean }>(
        'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
      );
      return row?.ssl;
    } finally {
      await db.close();
    }
  }

  it('is refused with advice by a server that has none', async () => {
    await assert.rejects(isEncrypted('127.0.0.1', 'sslmode=require'), {
      code: 'TT_STORE_TLS',
      message: /does not support SSL.*sslmode=disable/,
    });
  });

  it('is made or refused as sslmode says', async () => {
    await switchOn();

    assert.equal(await isEncrypted('localhost', `sslmode=verify-full&${CA}`), true);
    assert.equal(await isEncrypted('127.0.0.1', `sslmode=verify-ca&${CA}`), true);
    assert.equal(await isEncrypted('127.0.0.1', 'sslmode=require'), true);
    assert.equal(await isEncrypted('127.0.0.1', ''), false);
    for (const [host, parameters] of [
      ['127.0.0.1', `sslmode=verify-full&${CA}`],
      ['localhost', 'sslmode=verify-full'],
      ['localhost', 'sslmode=verify-ca'],
    ] as const) {
      await assert.rejects(
        isEncrypted(host, parameters),
        (error: Error) => {
          assert.match(error.message, /sslrootcert/);
          return 'code' in error && error.code === 'TT_STORE_TLS' && !isUnavailable(error);
        },
        parameters,
      );
    }
  });

  /** The server reads its settings anew some moments after it was told to. */
  async function hasTls(): Promise<boolean> {
    const db = connect({ url: server.url, poolSize: 1, applicationName: 'test' });
    const [row] = await db.query<{ ssl: string }>(`select current_setting('ssl') as ssl`);
    await db.close();
    return row?.ssl === 'on';
  }

  /** PostgreSQL takes a key only from its own user, so it gets a copy of its own. */
  async function switchOn(): Promise<void> {
    const data = join(dataDir, 'cluster', 'data');
    const { uid, gid } = statSync(data);
    for (const name of ['server.pem', 'server.key']) {
      copyFileSync(join(TESTDATA, name), join(data, name));
      chmodSync(join(data, name), 0o600);
      chownSync(join(data, name), uid, gid);
    }
    const db = connect({ url: server.url, poolSize: 1, applicationName: 'test' });
    await db.query(`alter system set ssl_cert_file = 'server.pem'`);
    await db.query(`alter system set ssl_key_file = 'server.key'`);
    await db.query('alter system set ssl = on');
    await db.query('select pg_reload_conf()');
    await db.close();
    while (!(await hasTls()));
  }
});
