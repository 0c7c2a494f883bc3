/** What standalone says when it cannot start or go on, and that nothing is left running or lost by it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { connect, migrate } from '@trimtab/store';
import { startEmbedded } from '@trimtab/store/embedded';
import { assertStoredIsRecorded } from './recorded-usage.ts';
import { startStandalone } from './standalone-process.ts';

const LIMIT = { timeout: 120_000 } as const;

function freshFolder(t: TestContext): string {
  const folder = join(tmpdir(), `trimtab-bad-start-${randomUUID()}`);
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function failureOf(dataDir: string, args: readonly string[], env = {}): Promise<string> {
  const { code, stdout, stderr } = await startStandalone(dataDir, ['--once', ...args], env).ended;
  assert.equal(code, 1, stderr);
  assert.equal(stdout, '');
  return stderr;
}

test('an occupied port is named, and the data folder is free again', LIMIT, async (t) => {
  const dataDir = freshFolder(t);
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => holder.close(resolve)));
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const stderr = await failureOf(dataDir, ['--port', String(port)]);

  assert.match(
    stderr,
    new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}; expected a free address`),
  );
  const server = await startEmbedded({ dataDir: join(dataDir, 'postgres') });
  await server.stop();
});

test('a database that is down at the start is named without its password', LIMIT, async (t) => {
  const stderr = await failureOf(freshFolder(t), [], {
    TRIMTAB_DATABASE_URL: 'postgres://trimtab:hidden-word@127.0.0.1:9/trimtab',
  });
  assert.match(
    stderr,
    /PostgreSQL 127\.0\.0\.1:9\/trimtab: .*ECONNREFUSED.*check that PostgreSQL runs/s,
  );
  assert.doesNotMatch(stderr, /hidden-word/);
});

test('a schema of a newer version is refused and left alone', LIMIT, async (t) => {
  const dataDir = freshFolder(t);
  await mkdir(dataDir, { mode: 0o711 });
  const server = await startEmbedded({ dataDir: join(dataDir, 'postgres') });
  await migrate(server.url);
  const db = connect({ url: server.url, poolSize: 1, applicationName: 'trimtab-e2e' });
  await db.query(
    "insert into schema_migration (name, run_on, sha256) values ('9999_later', now(), sha256(''))",
  );
  await db.close();
  await server.stop();

  const stderr = await failureOf(dataDir, []);

  assert.match(stderr, /found migration '9999_later'.*use the newer version/s);
});

test('a second process on the same folder is told who holds it', LIMIT, async (t) => {
  const dataDir = freshFolder(t);
  const first = startStandalone(dataDir);
  await first.until(/^starting: /m);

  const stderr = await failureOf(dataDir, []);

  assert.match(stderr, new RegExp(`is in use by process ${first.child.pid}`));
  first.child.kill('SIGTERM');
  assert.equal((await first.ended).code, 0);
});

test('a data folder that is a file is refused with what to do', LIMIT, async (t) => {
  const file = freshFolder(t);
  await writeFile(file, 'not a folder');
  assert.match(await failureOf(file, []), /expected a folder .* choose another by --data/);
});

test('a full disk ends the load with its reason; with room again the load goes on and nothing is lost', {
  timeout: 180_000,
  skip: process.getuid?.() === 0 ? false : 'mounting a small file system needs root',
}, async (t) => {
  const mount = join(tmpdir(), `trimtab-small-disk-${randomUUID()}`);
  await mkdir(mount, { mode: 0o711 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=85m,mode=0711', 'tmpfs', mount]);
  t.after(async () => {
    execFileSync('umount', [mount]);
    await rm(mount, { recursive: true });
  });
  const dataDir = join(mount, 'data');

  const stderr = await failureOf(dataDir, []);

  assert.match(stderr, /No space left on device.*make room there, then start again/s);
  execFileSync('mount', ['-o', 'remount,size=400m', mount]);
  const again = await startStandalone(dataDir, ['--once', '--json']).ended;
  assert.equal(again.code, 0, again.stderr);
  await assertStoredIsRecorded(dataDir);
});
