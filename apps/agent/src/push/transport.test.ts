import assert from 'node:assert/strict';
import { before, describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { systemClock } from '@trimtab/daemon';
import { type FakeApi, type Step, startFakeApi } from '@trimtab/lab/fake-api.ts';
import { createTestAuthority, type TestAuthority, type TestPair } from '@trimtab/lab/tls.ts';
import { epochDay, epochHour } from '@trimtab/units';
import { encodeExport } from '@trimtab/wire/otlp';
import { AgentError } from '../errors.ts';
import { outcomeOf } from './outcome.ts';
import { createTransport, type Reply, type TlsMaterial, type Transport } from './transport.ts';

const NAME = 'spiffe://trimtab/tenant/1/cluster/1/node/a';
const NEVER = new AbortController().signal;

let authority: TestAuthority;
let server: TestPair;
let client: TlsMaterial;

before(async () => {
  authority = await createTestAuthority();
  server = await authority.issueServer();
  client = { ...(await authority.issueClient(NAME)), ca: authority.ca };
});

function bodyOf(seq: number): Uint8Array {
  const identity = { epoch: 1n, seq, sealedDay: epochDay(20_500) };
  return gzipSync(encodeExport({ identity, hour: epochHour(492_000), containers: [] }));
}

interface Rig {
  readonly api: FakeApi;
  readonly transport: Transport;
  post(seq?: number): Promise<Reply>;
}

/** A transport and the API it speaks to; both are closed when the test ends. */
async function rig(
  t: TestContext,
  script: readonly Step[],
  options: { timeoutMs?: number; tls?: () => TlsMaterial } = {},
): Promise<Rig> {
  const api = await startFakeApi({ server, ca: authority.ca, script });
  const transport = createTransport({
    endpoint: api.endpoint,
    tls: options.tls ?? (() => client),
    timeoutMs: options.timeoutMs ?? 5_000,
    connections: 4,
    userAgent: 'test',
    clock: systemClock,
  });
  t.after(async () => {
    transport.close();
    await api.close();
  });
  return { api, transport, post: (seq = 1) => transport.post(bodyOf(seq), 'gzip', NEVER) };
}

function kindOf(reply: Reply): string {
  return outcomeOf(reply, Date.now()).kind;
}

describe('a transport', () => {
  test('posts over mutual TLS on one connection kept open', async (t) => {
    const { api, post } = await rig(t, []);

    const kinds = [kindOf(await post(1)), kindOf(await post(2)), kindOf(await post(1))];

    assert.deepEqual(kinds, ['sent', 'sent', 'duplicate']);
    assert.deepEqual(
      api.requests.map(({ client: name, connection, encoding, path }) => [
        name,
        connection,
        encoding,
        path,
      ]),
      Array.from({ length: 3 }, () => [NAME, 1, 'gzip', '/v1/metrics']),
    );
  });

  test('takes renewed material into use with the next request, over a new connection', async (t) => {
    const renewedName = `${NAME}-renewed`;
    let material = client;
    const { api, post } = await rig(t, [], { tls: () => material });
    await post(1);

    material = { ...(await authority.issueClient(renewedName)), ca: authority.ca };
    await post(2);

    assert.deepEqual(
      api.requests.map(({ client: name, connection }) => [name, connection]),
      [
        [NAME, 1],
        [renewedName, 2],
      ],
    );
  });

  test('trusts no server but one of its own authority', async (t) => {
    const stranger = await createTestAuthority();
    const { post } = await rig(t, [], { tls: () => ({ ...client, ca: stranger.ca }) });

    const reply = await post();

    assert.ok(reply.kind === 'broken' && /certificate/i.test(reply.reason));
  });

  test('is turned away without a certificate of the API’s authority', async (t) => {
    const stranger = await createTestAuthority();
    const foreign = { ...(await stranger.issueClient(NAME)), ca: authority.ca };
    const { api, post } = await rig(t, [], { tls: () => foreign });

    const reply = await post();

    assert.equal(reply.kind, 'broken');
    assert.equal(api.requests.length, 0);
  });

  test('reports a connection cut before or after the request as broken', async (t) => {
    const { api, post } = await rig(t, [
      { kind: 'cut-before-request' },
      { kind: 'cut-after-request' },
    ]);

    const kinds = [kindOf(await post()), kindOf(await post()), kindOf(await post())];

    assert.deepEqual(kinds, ['retry', 'retry', 'duplicate']);
    assert.equal(api.stored.length, 1);
  });

  test('reports bytes that are no HTTP as broken', async (t) => {
    const { post } = await rig(t, [{ kind: 'garbage' }]);

    assert.equal((await post()).kind, 'broken');
  });

  test('does not follow a redirect', async (t) => {
    const headers = { location: 'https://127.0.0.1:1/elsewhere' };
    const { api, post } = await rig(t, [{ kind: 'answer', status: 307, headers }]);

    assert.equal(kindOf(await post()), 'retry');
    assert.equal(api.requests.length, 1);
  });

  test('stops reading an answer at 4 MiB', async (t) => {
    const { post } = await rig(t, [{ kind: 'endless' }]);

    const reply = await post();

    assert.ok(reply.kind === 'answer' && reply.body === undefined);
    assert.equal(kindOf(reply), 'retry');
  });

  test('does not expand a compressed answer', async (t) => {
    const body = gzipSync(new Uint8Array(50_000_000));
    const headers = { 'content-encoding': 'gzip' };
    const { post } = await rig(t, [{ kind: 'answer', status: 200, headers, body }]);

    const reply = await post();

    assert.ok(reply.kind === 'answer' && (reply.body?.length ?? 0) < 100_000);
    assert.equal(kindOf(reply), 'retry');
  });

  test('gives up at its deadline although bytes keep coming', async (t) => {
    const { post } = await rig(t, [{ kind: 'slow-bytes', everyMs: 10 }], { timeoutMs: 150 });

    const reply = await post();

    assert.deepEqual(reply, { kind: 'broken', reason: 'no answer within 150 ms' });
  });

  test('ends at once when the signal is aborted', async (t) => {
    const { transport } = await rig(t, [{ kind: 'slow-bytes', everyMs: 10 }]);
    const stop = new AbortController();
    const posting = transport.post(bodyOf(1), 'gzip', stop.signal);

    stop.abort(new Error('enough'));

    assert.equal((await posting).kind, 'broken');
  });

  test('is not made for an endpoint without TLS', () => {
    const make = (): Transport =>
      createTransport({
        endpoint: new URL('http://127.0.0.1/v1/metrics'),
        tls: () => client,
        timeoutMs: 1,
        connections: 1,
        userAgent: 'test',
        clock: systemClock,
      });

    assert.throws(
      make,
      (error) => error instanceof AgentError && error.code === 'TT_AGENT_ENDPOINT',
    );
  });
});
