import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type TestContext } from 'node:test';
import { testDatabase } from '@trimtab/store/testing';
import { createAuthority, issueServerCertificate } from './index.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

interface Started {
  readonly process: ChildProcess;
  /** What it logs. */
  readonly events: AsyncIterator<Record<string, unknown>>;
}

function start(t: TestContext, env: Record<string, string>): Started {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => void child.kill('SIGKILL'));
  return { process: child, events: eventsIn(createInterface({ input: child.stderr })) };
}

async function* eventsIn(lines: AsyncIterable<string>): AsyncGenerator<Record<string, unknown>> {
  // Each line of the log is one JSON object.
  for await (const line of lines) yield JSON.parse(line) as Record<string, unknown>;
}

async function nextEvent(
  events: Started['events'],
  name: string,
): Promise<Record<string, unknown>> {
  for (;;) {
    const { done, value } = await events.next();
    assert.ok(done !== true, `the process ended before ${name}`);
    if (value['message'] === name) return value;
  }
}

async function settings(t: TestContext): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-api-main-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const authority = await createAuthority({ nowMs: Date.now() });
  const server = await issueServerCertificate(authority, {
    ...{ hosts: ['127.0.0.1'], nowMs: Date.now() },
  });
  const files = {
    TRIMTAB_API_AGENTS_CERTIFICATE_FILE: server.certificatePem,
    TRIMTAB_API_AGENTS_KEY_FILE: server.keyPem,
    TRIMTAB_API_AGENTS_AUTHORITY_FILES: authority.certificatePem,
    TRIMTAB_API_PEPPER_FILE: 'p'.repeat(32),
  };
  const paths = Object.entries(files).map(([name, content]): [string, string] => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return [name, path];
  });
  const ports = ['AGENTS', 'PEOPLE', 'HEALTH'].map((name) => [`TRIMTAB_API_${name}_PORT`, '0']);
  return {
    ...Object.fromEntries([...paths, ...ports]),
    TRIMTAB_API_AGENTS_HOST: '127.0.0.1',
  };
}

test('starts from files and the environment, is ready, and leaves in good order at SIGTERM', async (t) => {
  const { url } = await testDatabase(t);
  const env = { ...(await settings(t)), TRIMTAB_DATABASE_URL: url };
  const api = start(t, env);
  const exited = once(api.process, 'exit');

  const event = await nextEvent(api.events, 'api-started');
  const ready = await fetch(`http://127.0.0.1:${event['trimtab.healthPort']}/readyz`);
  const document = await fetch(`http://127.0.0.1:${event['trimtab.peoplePort']}/openapi.json`);
  await Promise.all([ready.text(), document.text()]);
  api.process.kill('SIGTERM');

  assert.deepEqual([ready.status, document.status], [200, 200]);
  assert.deepEqual(await exited, [0, null]);
});

test('says everything that is missing and ends with a code that is not zero', async (t) => {
  const api = start(t, { TRIMTAB_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
  const exited = once(api.process, 'exit');

  const event = await nextEvent(api.events, 'api-not-started');

  assert.equal(event['error.code'], 'TT_CONFIG_INVALID');
  assert.match(String(event['error.message']), /keyFile.*\n.*authorityFiles.*\n.*pepperFile/s);
  assert.deepEqual(await exited, [1, null]);
});
