import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import test from 'node:test';
import { ApiError } from '../errors.ts';
import { agentUri, checkValidity, identityOf, parseAgentUri } from './agent-identity.ts';
import { createAuthority, issueAgentCertificate, issueServerCertificate } from './authority.ts';

const AGENT = { tenantId: 3, clusterId: 14, node: 'ip-10-0-0-7.eu-west-1.compute.internal' };
const NOW = Date.UTC(2030, 5, 1);

test('reads back the URI it wrote', () => {
  assert.equal(
    agentUri(AGENT),
    'spiffe://trimtab/tenant/3/cluster/14/node/ip-10-0-0-7.eu-west-1.compute.internal',
  );
  assert.deepEqual(parseAgentUri(agentUri(AGENT)), AGENT);
});

test('takes nothing but exactly that form', () => {
  const wrong = [
    'spiffe://trimtab/tenant/0/cluster/1/node/a',
    'spiffe://trimtab/tenant/01/cluster/1/node/a',
    'spiffe://trimtab/tenant/-1/cluster/1/node/a',
    'spiffe://trimtab/tenant/2147483648/cluster/1/node/a',
    'spiffe://trimtab/tenant/1/cluster/1/node/',
    'spiffe://trimtab/tenant/1/cluster/1/node/a/b',
    'spiffe://trimtab/tenant/1/cluster/1/node/A',
    'spiffe://trimtab/tenant/1/cluster/1/node/a%2fb',
    'spiffe://trimtab/tenant/1/cluster/1/node/a\n',
    'spiffe://trimtab/tenant/1/cluster/1/node/-a',
    `spiffe://trimtab/tenant/1/cluster/1/node/${'a'.repeat(254)}`,
    'spiffe://other/tenant/1/cluster/1/node/a',
    'https://trimtab/tenant/1/cluster/1/node/a',
    ' spiffe://trimtab/tenant/1/cluster/1/node/a',
    'spiffe://trimtab/tenant/1/cluster/1/node/a, DNS:b',
  ];

  for (const uri of wrong) assert.equal(parseAgentUri(uri), undefined, uri);
});

test('finds the agent in a certificate of the authority, for 24 h', async () => {
  const authority = await createAuthority({ nowMs: NOW });
  const pair = await issueAgentCertificate(authority, { ...AGENT, nowMs: NOW });
  const certificate = new X509Certificate(pair.certificatePem);

  assert.deepEqual(identityOf(certificate), AGENT);
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.equal(certificate.validToDate.getTime(), NOW + 24 * 3_600_000);
  assert.equal(certificate.verify(new X509Certificate(authority.certificatePem).publicKey), true);
  checkValidity(certificate, NOW);
  for (const moment of [NOW - 2 * 3_600_000, NOW + 24 * 3_600_000]) {
    assert.throws(() => checkValidity(certificate, moment), coded('TT_INGEST_CERTIFICATE_EXPIRED'));
  }
});

test('finds no agent in the certificate of a server, nor without a certificate', async () => {
  const authority = await createAuthority({ nowMs: NOW });
  const server = await issueServerCertificate(authority, { hosts: ['api.example'], nowMs: NOW });

  for (const certificate of [undefined, new X509Certificate(server.certificatePem)]) {
    assert.throws(() => identityOf(certificate), coded('TT_INGEST_CERTIFICATE'));
  }
});

test('certifies no name that it would not read back', async () => {
  const authority = await createAuthority({ nowMs: NOW });

  for (const wrong of [{ node: 'a/b' }, { node: '' }, { tenantId: 0 }, { clusterId: 1.5 }]) {
    const issuing = issueAgentCertificate(authority, { ...AGENT, ...wrong, nowMs: NOW });
    await assert.rejects(issuing, coded('TT_API_AUTHORITY'));
  }
});

function coded(code: string) {
  return (error: unknown) => error instanceof ApiError && error.code === code;
}
