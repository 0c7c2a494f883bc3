import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import { connect } from '../connect/index.ts';
import { processState } from './process-state.ts';
import { stopForeign } from './server-process.ts';
import { type EmbeddedOptions, startEmbedded } from './start.ts';

/** A folder of a test's own; what was started in it is stopped before the folder is removed. */
interface Place {
  readonly path: string;
  readonly stops: (() => unknown)[];
}

function place(t: TestContext): Place {
  const path = mkdtempSync(join(tmpdir(), 'trimtab-embedded-'));
  chmodSync(path, 0o755);
  const stops: (() => unknown)[] = [];
  t.after(async () => {
    for (const stop of stops) await stop();
    rmSync(path, { recursive: true, force: true });
  });
  return { path, stops };
}

async function start({ stops, path }: Place, options: Partial<EmbeddedOptions> = {}) {
  const server = await startEmbedded({ dataDir: join(path, 'pg'), unsafeNoSync: true, ...options });
  stops.push(() => server.stop());
  return server;
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const db = connect({ url, poolSize: 1, applicationName: 'test' });
  try {
    return await db.query(text);
  } finally {
    await db.close();
  }
}

const BUSY_FOR_A_SECOND = `do $$
begin
  while clock_timestamp() < now() + interval '1 s' loop null; end loop;
end $$`;

async function untilBusy(url: string): Promise<void> {
  const text = `select 1 from pg_stat_activity where state = 'active' and query like 'do $$%'`;
  while ((await ask(url, text)).length === 0);
}

interface Holder {
  readonly child: ChildProcess;
  readonly url: string;
  readonly serverPid: number;
}

/** Another process of ours that runs a server until it is killed. */
async function holder(
  { path, stops }: Place,
  options: { readonly env?: NodeJS.ProcessEnv; readonly uid?: number; readonly gid?: number } = {},
): Promise<Holder> {
  const script = `
    import { startEmbedded } from ${JSON.stringify(import.meta.resolve('./start.ts'))};
    const server = await startEmbedded({ dataDir: process.argv[1], unsafeNoSync: true });
    console.log(JSON.stringify({ url: server.url, serverPid: server.pid }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, join(path, 'pg')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  });
  stops.push(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const held = JSON.parse(String(line));
  stops.push(() => stopForeign(held.serverPid));
  return { child, ...held };
}

async function killHard({ child }: Holder): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe('embedded PostgreSQL', () => {
  it('starts in a new folder, asks for its password and keeps it to itself', async (t) => {
    const at = place(t);
    const dataDir = join(at.path, 'made', 'when', 'missing');

    const server = await start(at, { dataDir });

    assert.deepEqual(await ask(server.url, 'select current_user::text as me'), [{ me: 'trimtab' }]);
    assert.equal(statSync(join(dataDir, 'cluster', 'password')).mode & 0o777, 0o600);
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await assert.rejects(ask(wrong.href, 'select 1'), { code: '28P01' });
    const settings = `select current_setting('listen_addresses') || current_setting('fsync') as s`;
    assert.deepEqual(await ask(server.url, settings), [{ s: '127.0.0.1off' }]);
  });

  it('keeps data over a stop and a start, with fsync on unless told otherwise', async (t) => {
    const at = place(t);
    const first = await start(at, { unsafeNoSync: false });
    await ask(first.url, 'create table kept as select 7 as n');
    await first.stop();
    await first.stop();
    await first.ended;

    const second = await start(at, { unsafeNoSync: false });

    assert.deepEqual(await ask(second.url, `select n, current_setting('fsync') as f from kept`), [
      { n: 7, f: 'on' },
    ]);
    assert.equal(processState(first.pid).kind, 'gone');
  });

  it('refuses a folder that is in use and names the process that uses it', async (t) => {
    const at = place(t);
    const first = await holder(at);

    await assert.rejects(start(at), (error: Error) => {
      assert.match(error.message, new RegExp(`in use by process ${first.child.pid} \\(.*node`));
      assert.match(error.message, new RegExp(`server is process ${first.serverPid} on port`));
      return 'code' in error && error.code === 'TT_STORE_EMBEDDED_RUNNING';
    });
    assert.deepEqual(await ask(first.url, 'select 1 as n'), [{ n: 1 }]);
  });

  it('lets one of two starts that race have the folder', async (t) => {
    const at = place(t);

    const starts = await Promise.allSettled([
      start(at, { startTimeoutMs: 20_000 }),
      start(at, { startTimeoutMs: 20_000 }),
    ]);

    const [winner, loser] = starts.toSorted((a, b) => (a.status < b.status ? -1 : 1));
    assert.equal(winner?.status, 'fulfilled');
    assert.ok(loser?.status === 'rejected', 'expected one start to be refused');
    assert.equal(loser.reason.code, 'TT_STORE_EMBEDDED_RUNNING', String(loser.reason));
  });

  it('starts again at once after its process was killed, with what was committed', async (t) => {
    const at = place(t);
    const first = await holder(at);
    await ask(first.url, 'create table kept as select 7 as n');

    await killHard(first);
    const second = await start(at);

    assert.deepEqual(await ask(second.url, 'select n from kept'), [{ n: 7 }]);
    assert.notEqual(processState(first.serverPid).kind, 'running');
  });

  it('stops a server that outlived its process, where the kernel does not', async (t) => {
    const at = place(t);
    // Without setpriv on the path nothing tells the server that its launcher is gone.
    const first = await holder(at, { env: { PATH: '/nowhere' } });
    await ask(first.url, 'create table kept as select 7 as n');
    await killHard(first);
    assert.equal(processState(first.serverPid).kind, 'running');

    const second = await start(at);

    assert.deepEqual(await ask(second.url, 'select n from kept'), [{ n: 7 }]);
    assert.notEqual(processState(first.serverPid).kind, 'running');
  });

  it('recovers when the server itself was killed', async (t) => {
    const at = place(t);
    const first = await start(at, { unsafeNoSync: false });
    await ask(first.url, 'create table kept as select 7 as n');
    process.kill(first.pid, 'SIGKILL');
    await first.ended;

    const second = await start(at, { unsafeNoSync: false });

    assert.deepEqual(await ask(second.url, 'select n from kept'), [{ n: 7 }]);
  });

  it('waits for processes that a killed server left at work', async (t) => {
    const at = place(t);
    const first = await start(at, { unsafeNoSync: false });
    // In a loop of the server's own this backend does not notice for a while that its parent is gone.
    const busy = ask(first.url, BUSY_FOR_A_SECOND).catch(() => []);
    await untilBusy(first.url);
    process.kill(first.pid, 'SIGKILL');
    await first.ended;

    const second = await start(at);

    assert.deepEqual(await ask(second.url, 'select 1 as n'), [{ n: 1 }]);
    await busy;
  });

  it('is not misled by a lock of a zombie or of another program', async (t) => {
    const at = place(t);
    await (await start(at)).stop();
    // The shell becomes `sleep` and never asks how its first child ended.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60']);
    t.after(() => parent.kill('SIGKILL'));
    const [zombie] = await once(createInterface({ input: parent.stdout }), 'line');

    for (const pid of [String(zombie), String(parent.pid)]) {
      const lock = join(at.path, 'pg', 'cluster', 'data', 'postmaster.pid');
      writeFileSync(lock, `${pid}\n${at.path}/pg/cluster/data\n1\n5432\n\n127.0.0.1\n`);
      const server = await start(at);
      await server.stop();
    }
  });

  it('runs as the user of the process when that is not root', async (t) => {
    const at = place(t);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(at.path, 65534, 65534);

    const first = await holder(at, isRoot ? { uid: 65534, gid: 65534 } : {});

    const owner = statSync(join(at.path, 'pg', 'cluster', 'data')).uid;
    assert.equal(owner, isRoot ? 65534 : process.getuid?.());
    assert.deepEqual(await ask(first.url, 'select 1 as n'), [{ n: 1 }]);
  });

  it('removes what an unfinished first start left behind', async (t) => {
    const at = place(t);
    mkdirSync(join(at.path, 'pg', '.unfinished-4194305-abcdef', 'data'), { recursive: true });

    await start(at);

    assert.deepEqual(readdirSync(join(at.path, 'pg')).sort(), ['cluster', 'server.log']);
  });

  it('says which port is taken', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    await assert.rejects(start(place(t), { port }), {
      code: 'TT_STORE_EMBEDDED_PORT',
      message: /Address already in use/,
    });
  });

  it('refuses a folder with something else in it', async (t) => {
    const at = place(t);
    writeFileSync(join(at.path, 'letter.txt'), 'not a database');

    await assert.rejects(start(at, { dataDir: at.path }), {
      code: 'TT_STORE_EMBEDDED_DATA_DIR',
      message: /holds 'letter\.txt'/,
    });
  });

  it('refuses data of another major version', async (t) => {
    const at = place(t);
    await (await start(at)).stop();
    writeFileSync(join(at.path, 'pg', 'cluster', 'data', 'PG_VERSION'), '16\n');

    await assert.rejects(start(at), {
      code: 'TT_STORE_EMBEDDED_VERSION',
      message: /made by PostgreSQL 16; expected 17/,
    });
  });

  it('refuses a folder that the server cannot enter', async (t) => {
    const at = place(t);
    mkdirSync(join(at.path, 'pg'));
    // Closed to the server's user when this is root; else closed to this user itself.
    chmodSync(at.path, process.getuid?.() === 0 ? 0o700 : 0o000);
    at.stops.push(() => chmodSync(at.path, 0o700));

    await assert.rejects(start(at), { code: 'TT_STORE_EMBEDDED_PERMISSION' });
  });
});
