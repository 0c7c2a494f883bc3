/**
 * Reads a database URL into explicit settings, so that what is verified on a TLS connection never
 * depends on the defaults of the driver.
 *
 * | sslmode | meaning |
 * |---|---|
 * | absent | `disable` on loopback and on a socket folder, else `verify-full` |
 * | disable | no TLS |
 * | require | TLS, the server's certificate is not checked |
 * | verify-ca | TLS, the certificate must come from `sslrootcert` (or a public CA) |
 * | verify-full | as verify-ca, and the name in it must be the host's |
 *
 * Other parameters: `sslrootcert`, `sslcert`, `sslkey` (paths of PEM files), `host` (a folder with
 * the server's socket) and `user` (for a URL that has no host to write it before).
 */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { StoreError } from '../errors.ts';

/** What a URL says, in the driver's words. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly ssl: false | ConnectionOptions;
}

const DEFAULT_PORT = 5432;
const PARAMETERS = ['host', 'user', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'];
const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/**
 * The address in a `postgres://user:password@host:port/database?sslmode=...` URL. Throws
 * TT_STORE_URL; the message never shows the password.
 */
export function readDatabaseUrl(text: string): DatabaseAddress {
  const url = parse(text);
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.includes(name)) {
      refuse(`found parameter '${name}'; expected only ${PARAMETERS.join(', ')}`);
    }
  }
  const host = url.searchParams.get('host') ?? decode(url.hostname).replace(/^\[|\]$/g, '');
  const database = decode(url.pathname.slice(1));
  const user = url.searchParams.get('user') ?? decode(url.username);
  if (host === '') refuse('found no host; expected postgres://user@host:port/database');
  if (database === '')
    refuse('found no database name; expected one after the host, as in /trimtab');
  if (user === '') refuse('found no user; expected postgres://user:password@host/database');
  return {
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user,
    password: url.password === '' ? undefined : decode(url.password),
    database,
    ssl: readTls(url.searchParams, host),
  };
}

/** The same URL with another database name; everything else stays. */
export function withDatabase(text: string, database: string): string {
  const url = parse(text);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    refuse('found no such URL; expected postgres://user:password@host:port/database');
  }
  return url;
}

function readTls(parameters: URLSearchParams, host: string): false | ConnectionOptions {
  const isLocal = LOOPBACK.includes(host) || host.startsWith('/');
  const mode = parameters.get('sslmode') ?? (isLocal ? 'disable' : 'verify-full');
  if (mode === 'disable') return false;
  const pem = {
    ...readPem(parameters, 'sslrootcert', 'ca'),
    ...readPem(parameters, 'sslcert', 'cert'),
    ...readPem(parameters, 'sslkey', 'key'),
  };
  switch (mode) {
    case 'require':
      return { ...pem, rejectUnauthorized: false };
    case 'verify-ca':
      return { ...pem, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case 'verify-full':
      return { ...pem, rejectUnauthorized: true };
    default:
      return refuse(`found sslmode=${mode}; expected disable, require, verify-ca or verify-full`);
  }
}

function readPem(
  parameters: URLSearchParams,
  parameter: string,
  field: 'ca' | 'cert' | 'key',
): ConnectionOptions {
  const path = parameters.get(parameter);
  if (path === null) return {};
  try {
    return { [field]: readFileSync(path, 'utf8') };
  } catch (cause) {
    return refuse(`${parameter}=${path} cannot be read; expected a readable PEM file`, cause);
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    return refuse('found a % that starts no escape; expected special characters as %XX', cause);
  }
}

function refuse(what: string, cause?: unknown): never {
  throw new StoreError('TT_STORE_URL', `database URL: ${what}`, { cause });
}
