import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { ConfigError } from '@trimtab/daemon';
import { ApiError } from '../errors.ts';
import { readApiConfig } from './config.ts';
import { readSecretFile } from './files.ts';

const LEAST = {
  TRIMTAB_API_AGENTS_CERTIFICATE_FILE: 'tls.crt',
  TRIMTAB_API_AGENTS_KEY_FILE: 'tls.key',
  TRIMTAB_API_AGENTS_AUTHORITY_FILES: 'old.pem,new.pem',
  TRIMTAB_API_PEPPER_FILE: 'pepper',
};

test('needs four files and has a default for everything else', () => {
  const config = readApiConfig({ env: LEAST });

  assert.deepEqual(config.agents, {
    ...{ host: '0.0.0.0', port: 8443, certificateFile: 'tls.crt', keyFile: 'tls.key' },
    authorityFiles: ['old.pem', 'new.pem'],
  });
  assert.deepEqual([config.people.host, config.people.port], ['127.0.0.1', 8444]);
  assert.equal(config.ingest.maxAgeHours, 8 * 24);
});

test('names everything that is missing at once', () => {
  assert.throws(
    () => readApiConfig({ env: {} }),
    (error) => error instanceof ConfigError && error.problems.length === 4,
  );
});

test('lets API keys travel in the clear on loopback only, unless a proxy is said to end TLS', () => {
  const open = { ...LEAST, TRIMTAB_API_PEOPLE_HOST: '0.0.0.0' };
  const tls = {
    TRIMTAB_API_PEOPLE_CERTIFICATE_FILE: 'p.crt',
    TRIMTAB_API_PEOPLE_KEY_FILE: 'p.key',
  };

  assert.throws(
    () => readApiConfig({ env: open }),
    /people\.host is 0\.0\.0\.0; expected a loopback/,
  );
  assert.throws(
    () => readApiConfig({ env: { ...LEAST, TRIMTAB_API_PEOPLE_KEY_FILE: 'p.key' } }),
    /people\.certificateFile is nothing/,
  );
  readApiConfig({ env: { ...open, ...tls } });
  readApiConfig({ env: { ...open, TRIMTAB_API_PEOPLE_BEHIND_PROXY: 'true' } });
});

test('reads a secret only from a file that others cannot read', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-api-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'key');
  writeFileSync(path, 'secret');

  for (const mode of [0o644, 0o604, 0o620, 0o777]) {
    chmodSync(path, mode);
    assert.throws(() => readSecretFile(path, 'linux'), isSetupError);
  }
  for (const mode of [0o600, 0o400, 0o440, 0o640]) {
    chmodSync(path, mode);
    assert.equal(readSecretFile(path, 'linux').toString(), 'secret');
  }
  assert.throws(() => readSecretFile(join(folder, 'none'), 'linux'), isSetupError);
});

function isSetupError(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'TT_API_SETUP';
}
