import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import test from 'node:test';
import { ApiError } from '../errors.ts';
import {
  createAuthority,
  issueAgentCertificate,
  issueServerCertificate,
  loadAuthority,
} from './authority.ts';

const NOW = Date.UTC(2030, 5, 1);

test('goes on from its PEM after a restart', async () => {
  const made = await createAuthority({ nowMs: NOW });

  const { certificatePem, keyPem } = made;
  const loaded = await loadAuthority({ certificatePem, keyPem });
  const wish = { tenantId: 1, clusterId: 1, node: 'a', nowMs: NOW };
  const pair = await issueAgentCertificate(loaded, wish);

  const root = new X509Certificate(certificatePem);
  const leaf = new X509Certificate(pair.certificatePem);
  assert.equal(root.ca, true);
  assert.equal(leaf.ca, false);
  assert.equal(leaf.checkIssued(root), true);
  assert.equal(leaf.verify(root.publicKey), true);
});

test('refuses a key that is not the certificate’s, and what is no PEM', async () => {
  const [one, two] = [await createAuthority({ nowMs: NOW }), await createAuthority({ nowMs: NOW })];
  const wrong = [
    { certificatePem: one.certificatePem, keyPem: two.keyPem },
    { certificatePem: one.certificatePem, keyPem: '' },
    { certificatePem: 'no PEM', keyPem: one.keyPem },
  ];

  for (const pem of wrong) {
    await assert.rejects(
      loadAuthority(pem),
      (error) => error instanceof ApiError && error.code === 'TT_API_AUTHORITY',
    );
  }
});

test('names hosts and addresses in a server certificate', async () => {
  const authority = await createAuthority({ nowMs: NOW });
  const hosts = ['api.example', '127.0.0.1', '::1'];

  const pair = await issueServerCertificate(authority, { hosts, nowMs: NOW });

  const certificate = new X509Certificate(pair.certificatePem);
  assert.equal(certificate.checkHost('api.example'), 'api.example');
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(certificate.checkIP('::1'), '::1');
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
});
