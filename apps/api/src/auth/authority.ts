/**
 * The authority that names agents: a P-256 root whose certificates hold one URI each. It takes and gives PEM;
 * where the key lives (a file with mode 0600, a Secret, a KMS export) is the caller's business.
 */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { ApiError } from '../errors.ts';
import { type AgentIdentity, agentUri } from './agent-identity.ts';

/** A certificate with its private key, both as PEM. */
export interface KeyPairPem {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly keyPem: string;
}

/** A root ready to sign. */
export interface Authority extends KeyPairPem {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** From when and for how long a certificate is valid; it begins an hour before, for clocks that are behind. */
interface Validity {
  readonly nowMs: number;
  readonly hours: number;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;
const ROOT_HOURS = 10 * 365 * 24;
const SERVER_HOURS = 90 * 24;
const AGENT_HOURS = 24;
const SERIAL_BYTES = 16;

/** Makes a root valid for ten years. */
export async function createAuthority(options: { readonly nowMs: number }): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: 'CN=Trimtab agents',
      ...period({ nowMs: options.nowMs, hours: ROOT_HOURS }),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    webcrypto,
  );
  const keyPem = await exportKey(keys.privateKey);
  return { certificate, key: keys.privateKey, certificatePem: pemOf(certificate), keyPem };
}

/** Takes up a root that was kept. Throws TT_API_AUTHORITY where certificate and key are no such pair. */
export async function loadAuthority(pem: KeyPairPem): Promise<Authority> {
  try {
    const certificate = new X509Certificate(pem.certificatePem);
    const key = await importKey(pem.keyPem);
    await checkPair(certificate, key);
    return { certificate, key, certificatePem: pem.certificatePem, keyPem: pem.keyPem };
  } catch (cause) {
    throw new ApiError(
      'TT_API_AUTHORITY',
      'certificate authority: found no pair of a P-256 certificate and its PKCS #8 key; expected the two PEM texts of createAuthority',
      { cause },
    );
  }
}

/** A certificate for one node's agent, valid for 24 h (or `hours`), for TLS clients only. Throws TT_API_AUTHORITY at a bad name. */
export async function issueAgentCertificate(
  authority: Authority,
  agent: AgentIdentity & { readonly nowMs: number; readonly hours?: number },
): Promise<KeyPairPem> {
  const uri = agentUri(agent);
  return await issue(authority, {
    validity: { nowMs: agent.nowMs, hours: agent.hours ?? AGENT_HOURS },
    usage: ExtendedKeyUsage.clientAuth,
    names: new SubjectAlternativeNameExtension([{ type: 'url', value: uri }], true),
  });
}

/** A certificate for the listeners, valid for 90 days, for the host names and addresses given (at least one). */
export async function issueServerCertificate(
  authority: Authority,
  server: { readonly hosts: readonly string[]; readonly nowMs: number; readonly hours?: number },
): Promise<KeyPairPem> {
  if (server.hosts.length === 0) {
    throw new ApiError(
      'TT_API_AUTHORITY',
      'server certificate: found no host; expected at least one',
    );
  }
  return await issue(authority, {
    validity: { nowMs: server.nowMs, hours: server.hours ?? SERVER_HOURS },
    usage: ExtendedKeyUsage.serverAuth,
    names: new SubjectAlternativeNameExtension(
      server.hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
    ),
  });
}

async function issue(
  authority: Authority,
  leaf: { readonly validity: Validity; readonly usage: string; readonly names: Extension },
): Promise<KeyPairPem> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      issuer: authority.certificate.subject,
      // Who it is stands in the alternative name alone; a subject would be a second, unchecked name.
      subject: '',
      ...period(leaf.validity),
      publicKey: keys.publicKey,
      signingKey: authority.key,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([leaf.usage], true),
        leaf.names,
        await AuthorityKeyIdentifierExtension.create(
          authority.certificate.publicKey,
          false,
          webcrypto,
        ),
      ],
    },
    webcrypto,
  );
  return { certificatePem: pemOf(certificate), keyPem: await exportKey(keys.privateKey) };
}

function period(validity: Validity): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(validity.nowMs - HOUR_MS),
    notAfter: new Date(validity.nowMs + validity.hours * HOUR_MS),
  };
}

/** Random and positive: the first bit is cleared. */
function serialNumber(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('hex');
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${PemConverter.encode(bytes, 'PRIVATE KEY')}\n`;
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [bytes] = PemConverter.decode(pem);
  if (bytes === undefined) throw new TypeError('no PEM block in the private key');
  return await webcrypto.subtle.importKey('pkcs8', bytes, ALGORITHM, true, ['sign']);
}

async function checkPair(certificate: X509Certificate, key: webcrypto.CryptoKey): Promise<void> {
  const probe = randomBytes(SERIAL_BYTES);
  const signature = await webcrypto.subtle.sign(ALGORITHM, key, probe);
  const publicKey = await certificate.publicKey.export(ALGORITHM, ['verify'], webcrypto);
  if (!(await webcrypto.subtle.verify(ALGORITHM, publicKey, signature, probe))) {
    throw new TypeError('the private key is not the certificate’s');
  }
}

function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
