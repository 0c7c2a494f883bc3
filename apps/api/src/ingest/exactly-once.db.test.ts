import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { systemClock } from '@trimtab/daemon';
import { connect, ensurePartitions, migrate } from '@trimtab/store';
import { startEmbedded } from '@trimtab/store/embedded';
import { sealedBatch } from '../testing/batches.ts';
import { type AgentClient, type Answered, startRig } from '../testing/rig.ts';

const DEADLINE_MS = 30_000;

test('stores one and calls the other a duplicate when a batch comes over two connections at once', async (t) => {
  const rig = await startRig(t);
  const [one, two] = [await rig.client(), await rig.client()];

  const answers = await Promise.all(
    Array.from({ length: 15 }, (_, index) => sealedBatch({ seq: index + 1 })).flatMap((message) => [
      one.post(message),
      two.post(message),
    ]),
  );

  const kinds = answers.map((answer) => answer.headers['trimtab-batch']);
  assert.equal(kinds.filter((kind) => kind === 'stored').length, 15);
  assert.equal(kinds.filter((kind) => kind === 'duplicate').length, 15);
  assert.deepEqual([await rig.count('batch'), await rig.count('body')], [15, 15]);
});

test('does nothing twice when the connection is cut after the request and before the answer', async (t) => {
  const rig = await startRig(t);
  const proxy = await startProxy(t, rig.api.agentsPort);
  const client = await rig.client();
  const message = sealedBatch({ seq: 2 });
  await client.post(sealedBatch({ seq: 1 }), { port: proxy.port });

  proxy.cutAtNextAnswer();
  await assert.rejects(client.post(message, { port: proxy.port }));
  const again = await client.post(message);

  assert.deepEqual([again.status, again.headers['trimtab-batch']], [200, 'duplicate']);
  assert.deepEqual([await rig.count('batch'), await rig.count('body')], [2, 2]);
});

test('stores nothing of a push whose connection ends in its middle, and makes no noise about it', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const message = sealedBatch();

  const cut = client.post(message.subarray(0, 100), {
    headers: { 'content-length': message.byteLength },
    signal: AbortSignal.timeout(300),
  });
  await assert.rejects(cut);
  await until(() => Promise.resolve(/TT_INGEST_CORRUPT"\} 1/.test(rig.metrics.text())));
  const whole = await client.post(message);

  assert.equal(whole.headers['trimtab-batch'], 'stored');
  assert.equal(rig.logged.filter((line) => line.includes('"error"')).length, 0);
});

test('answers 503 with Retry-After while the database is away, and loses nothing', async (t) => {
  const server = await ownServer(t);
  const rig = await startRig(t, { databaseUrl: server.url });
  const client = await rig.client();
  const messages = Array.from({ length: 5 }, (_, index) => sealedBatch({ seq: index + 1 }));
  assert.equal((await client.post(messages[0] ?? Buffer.alloc(0))).status, 200);

  await server.stop();
  const refused = await Promise.all(messages.map((message) => client.post(message)));
  await until(async () => (await statusOf(rig.api.healthPort, '/readyz')) === 503);
  const live = await statusOf(rig.api.healthPort, '/healthz');
  await server.start();
  const answers: Answered[] = [];
  for (const message of messages) answers.push(await pushUntilTaken(client, message));

  for (const answer of refused) {
    assert.equal(answer.status, 503, answer.message);
    assert.match(String(answer.headers['retry-after']), /^[1-9]$/);
    assert.match(answer.message, /^TT_INGEST_UNAVAILABLE/);
  }
  assert.equal(live, 200);
  const kinds = answers.map((answer) => answer.headers['trimtab-batch']);
  assert.deepEqual(kinds, ['duplicate', 'stored', 'stored', 'stored', 'stored']);
  assert.equal(await rig.count('body'), 5);
  await until(async () => (await statusOf(rig.api.healthPort, '/readyz')) === 200);
});

test('starts while the database is away and takes pushes as soon as it is there', async (t) => {
  const server = await ownServer(t);
  const rig = await startRig(t, { databaseUrl: server.url });
  await rig.api.close();
  await server.stop();

  const late = await startRig(t, { databaseUrl: server.url, seeded: rig });
  const client = await late.client();
  const red = await statusOf(late.api.healthPort, '/readyz');
  const refused = await client.post(sealedBatch());
  await server.start();
  const taken = await pushUntilTaken(client, sealedBatch());

  assert.deepEqual([red, refused.status, taken.status], [503, 503, 200]);
  await until(async () => (await statusOf(late.api.healthPort, '/readyz')) === 200);
});

test('commits what waits when it is told to leave, and takes nothing after that', async (t) => {
  const rig = await startRig(t, { limits: { groupWaitMs: 20_000 } });
  const client = await rig.client();

  const waiting = client.post(sealedBatch());
  await until(() => Promise.resolve(/queued_pushes 1/.test(rig.metrics.text())));
  await rig.api.close();

  const answer = await waiting;
  assert.deepEqual([answer.status, answer.headers['trimtab-batch']], [200, 'stored']);
  assert.equal(answer.headers['connection'], 'close');
  assert.equal(await rig.count('body'), 1);
  await assert.rejects(client.post(sealedBatch({ seq: 2 })));
});

test('refuses a certificate that ran out while its connection was open', async (t) => {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const rig = await startRig(t, { clock });
  const client = await rig.client();
  const before = await client.post(sealedBatch());

  aheadMs = 25 * 3_600_000;
  const after = await client.post(sealedBatch({ seq: 2 }));

  assert.deepEqual([before.status, after.status], [200, 401]);
  assert.match(after.message, /^TT_INGEST_CERTIFICATE_EXPIRED/);
});

interface OwnServer {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A PostgreSQL that can be stopped and started again at the same address. */
async function ownServer(t: TestContext): Promise<OwnServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trimtab-api-test-'));
  let server = await startEmbedded({ dataDir, unsafeNoSync: true });
  const { url } = server;
  const port = Number(new URL(url).port);
  t.after(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  await migrate(url);
  const db = connect({ url, poolSize: 1, applicationName: 'test-owner' });
  await ensurePartitions(db, { now: Date.now() });
  await db.close();
  return {
    url,
    stop: () => server.stop(),
    start: async () => {
      server = await startEmbedded({ dataDir, unsafeNoSync: true, port });
    },
  };
}

interface Proxy {
  readonly port: number;
  /** Forwards the next request and cuts its connection when the answer begins. */
  cutAtNextAnswer(): void;
}

async function startProxy(t: TestContext, target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let isCutting = false;
  const server = createServer((down) => {
    const up = connectSocket(target, '127.0.0.1');
    for (const socket of [down, up]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    down.pipe(up);
    up.on('data', (chunk) => {
      if (!isCutting) {
        down.write(chunk);
        return;
      }
      down.destroy();
      up.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cutAtNextAnswer: () => {
      isCutting = true;
    },
  };
}

/** Repeats a push as an agent does, without the waits in between. */
async function pushUntilTaken(client: AgentClient, message: Uint8Array): Promise<Answered> {
  const endMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await client.post(message);
    if (answer.status === 200 || Date.now() > endMs) return answer;
    assert.equal(answer.status, 503, answer.message);
  }
}

/** Asks again and again, a turn of the event loop apart. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + DEADLINE_MS;
  while (!(await isSo())) {
    assert.ok(Date.now() < endMs, 'it did not come to pass in time');
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function statusOf(port: number | undefined, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('error', reject);
  });
}
