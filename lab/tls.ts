/** Certificates for tests: an authority made on the spot, P-256, valid for an hour around now. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key, PEM. */
export interface TestPair {
  readonly cert: string;
  readonly key: string;
}

/** An authority that signs whatever a test asks for. */
export interface TestAuthority {
  /** The root's certificate, PEM. */
  readonly ca: string;
  /** For a server on 127.0.0.1 and localhost. */
  issueServer(): Promise<TestPair>;
  /** For a client; `uri` is its name, as in `spiffe://trimtab/tenant/1/cluster/1/node/a`. */
  issueClient(uri: string): Promise<TestPair>;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const VALID_MS = 3_600_000;

/** Makes an authority; takes a few milliseconds. */
export async function createTestAuthority(): Promise<TestAuthority> {
  const keys = await generateKeys();
  const root = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      // Its own name, or two authorities could not be told apart.
      name: `CN=test root ${serialNumber()}`,
      ...validity(),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ],
    },
    webcrypto,
  );
  const sign = (usage: string, names: JsonGeneralNames): Promise<TestPair> =>
    issue({ root, signingKey: keys.privateKey, usage, names });
  return {
    ca: root.toString('pem'),
    issueServer: () =>
      sign(ExtendedKeyUsage.serverAuth, [
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
    issueClient: (uri) => sign(ExtendedKeyUsage.clientAuth, [{ type: 'url', value: uri }]),
  };
}

interface Order {
  readonly root: X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
  readonly usage: string;
  readonly names: JsonGeneralNames;
}

async function issue({ root, signingKey, usage, names }: Order): Promise<TestPair> {
  const keys = await generateKeys();
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([usage]),
    new SubjectAlternativeNameExtension(names),
  ];
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: 'CN=test',
      issuer: root.subject,
      ...validity(),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions,
    },
    webcrypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const nowMs = Date.now();
  return { notBefore: new Date(nowMs - VALID_MS), notAfter: new Date(nowMs + VALID_MS) };
}

/** Positive, as the standard asks, and not yet used. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(8));
  return `01${Buffer.from(bytes).toString('hex')}`;
}
