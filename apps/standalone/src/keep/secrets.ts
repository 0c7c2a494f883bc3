import { randomBytes } from 'node:crypto';
import { type Authority, createAuthority, loadAuthority } from '@trimtab/api';
import type { DataFolder } from './folder.ts';

const AUTHORITY_CERTIFICATE = 'pki/authority.pem';
const AUTHORITY_KEY = 'pki/authority.key';
const PEPPER = 'pepper';
const PEPPER_BYTES = 32;

/** What must outlive the process: the authority that names agents and the key of the API keys' HMACs. */
export interface Secrets {
  readonly authority: Authority;
  readonly pepper: Uint8Array;
}

/** Reads the secrets of the folder, or makes them at the first start. Throws TT_API_AUTHORITY for damaged ones. */
export async function keepSecrets(folder: DataFolder, nowMs: number): Promise<Secrets> {
  return { authority: await keepAuthority(folder, nowMs), pepper: keepPepper(folder) };
}

async function keepAuthority(folder: DataFolder, nowMs: number): Promise<Authority> {
  const certificatePem = folder.read(AUTHORITY_CERTIFICATE)?.toString();
  const keyPem = folder.read(AUTHORITY_KEY)?.toString();
  // The certificate is written last: without it the key names nobody yet.
  if (certificatePem !== undefined) {
    return await loadAuthority({ certificatePem, keyPem: keyPem ?? '' });
  }
  const authority = await createAuthority({ nowMs });
  folder.write(AUTHORITY_KEY, authority.keyPem);
  folder.write(AUTHORITY_CERTIFICATE, authority.certificatePem);
  return authority;
}

function keepPepper(folder: DataFolder): Uint8Array {
  const kept = folder.read(PEPPER);
  if (kept !== undefined) return kept;
  const pepper = randomBytes(PEPPER_BYTES);
  folder.write(PEPPER, pepper);
  return pepper;
}
