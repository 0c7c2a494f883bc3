import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { DaemonError, type Health, type HealthServer, Metrics, serveHealth } from './index.ts';

const state: { live: Health; ready: () => Health } = {
  live: { ok: true, reason: 'the loop turned 2 s ago' },
  ready: () => ({ ok: false, reason: 'no sample yet' }),
};
let server: HealthServer;
let base = '';

before(async () => {
  const metrics = new Metrics();
  metrics.counter('trimtab_a_total', 'A.').inc();
  server = await serveHealth({
    host: '127.0.0.1',
    port: 0,
    metrics,
    live: () => state.live,
    ready: () => state.ready(),
  });
  base = `http://127.0.0.1:${server.port}`;
});
after(() => server.close());

test('metrics are served with the media type of the text format', async () => {
  const response = await fetch(`${base}/metrics?x=1`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.match(await response.text(), /^trimtab_a_total 1$/m);
});

test('live and ready answer 200 or 503 with their reason', async () => {
  const live = await fetch(`${base}/healthz`);
  const ready = await fetch(`${base}/readyz`);
  assert.equal(live.status, 200);
  assert.deepEqual(await live.json(), { ok: true, reason: 'the loop turned 2 s ago' });
  assert.equal(ready.status, 503);
  assert.deepEqual(await ready.json(), { ok: false, reason: 'no sample yet' });
});

test('a check that throws counts as failing and says why', async () => {
  state.ready = () => assert.fail('pool is gone');
  const response = await fetch(`${base}/readyz`);
  assert.equal(response.status, 503);
  assert.match(await response.text(), /pool is gone/);
});

test('HEAD is answered without a body, other methods with 405, other paths with 404', async () => {
  const head = await fetch(`${base}/healthz`, { method: 'HEAD' });
  const post = await fetch(`${base}/healthz`, { method: 'POST', body: 'x' });
  const other = await fetch(`${base}/healthz/x`);
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
  assert.equal(post.status, 405);
  assert.equal(post.headers.get('allow'), 'GET, HEAD');
  assert.match(await post.text(), /only GET and HEAD/);
  assert.equal(other.status, 404);
  assert.match(await other.text(), /try \/metrics/);
});

test('an address that is taken is told with a code', async () => {
  const options = {
    host: '127.0.0.1',
    port: server.port,
    metrics: new Metrics(),
    live: () => state.live,
    ready: () => state.live,
  };
  await assert.rejects(
    serveHealth(options),
    (error) => error instanceof DaemonError && error.code === 'TT_HEALTH_LISTEN',
  );
});

test('closing ends connections that are still open, and closing again is harmless', async () => {
  const metrics = new Metrics();
  const check = (): Health => ({ ok: true, reason: 'fine' });
  const other = await serveHealth({
    host: '127.0.0.1',
    port: 0,
    metrics,
    live: check,
    ready: check,
  });
  const socket = connect(other.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const ended = new Promise((resolve) => socket.once('close', resolve));

  await other.close();

  await ended;
  await other.close();
});
