/**
 * The server that test databases are made on: the one TRIMTAB_TEST_DATABASE_URL names (a superuser's
 * URL), else an embedded one in a temporary folder, without fsync, that ends with the process.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { startEmbedded } from '../embedded/index.ts';
import { processState } from '../embedded/process-state.ts';

const FOLDER = /^trimtab-test-(\d+)-/;

/** A superuser's URL on a running server. */
export async function testServerUrl(): Promise<string> {
  return process.env['TRIMTAB_TEST_DATABASE_URL'] ?? (await startTemporary());
}

async function startTemporary(): Promise<string> {
  removeLeftovers();
  const dataDir = mkdtempSync(join(tmpdir(), `trimtab-test-${process.pid}-`));
  const server = await startEmbedded({ dataDir, unsafeNoSync: true });
  process.once('exit', () => {
    // Nothing in it is needed again, so there is no reason to wait for an orderly end.
    killQuietly(server.pid);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  });
  return server.url;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Folders of test processes that were killed before they could remove them. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = FOLDER.exec(name)?.[1];
    if (pid === undefined || processState(Number(pid)).kind === 'running') continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
