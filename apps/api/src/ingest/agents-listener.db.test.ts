import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeBlock } from '@trimtab/history';
import { createAuthority } from '../index.ts';
import { sealedBatch } from '../testing/batches.ts';
import { agentPair, startRig } from '../testing/rig.ts';

test('stores a batch, in a body that can be unpacked, before it says so', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();

  const answer = await client.post(sealedBatch({ containers: 3 }));

  assert.deepEqual([answer.status, answer.headers['trimtab-batch']], [200, 'stored']);
  assert.deepEqual([answer.rejected, answer.message], [0, '']);
  assert.equal(answer.headers['content-type'], 'application/x-protobuf');
  const [body] = await rig.owner.query<{ block: Buffer; hour: number }>(
    'select hour, block from body',
  );
  assert.ok(body);
  const block = decodeBlock(body.block);
  assert.deepEqual([block.hour, block.containers.length], [body.hour, 3]);
  const [agent] = await rig.owner.query('select node from agent order by agent_id desc');
  assert.deepEqual(agent, { node: 'node-a' });
});

test('takes gzip and zstd, and calls the same message a duplicate however it is packed', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const message = sealedBatch();

  const first = await client.post(gzipSync(message), encoded(gzipSync(message), 'gzip'));
  const second = await client.post(
    zstdCompressSync(message),
    encoded(zstdCompressSync(message), 'zstd'),
  );
  const third = await client.post(message);

  const outcomes = [first, second, third].map((answer) => answer.headers['trimtab-batch']);
  assert.deepEqual(outcomes, ['stored', 'duplicate', 'duplicate']);
  assert.deepEqual([await rig.count('batch'), await rig.count('body')], [1, 1]);
});

test('refuses other bytes under a stored identity with 409 and says what to do', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  await client.post(sealedBatch());

  const answer = await client.post(sealedBatch({ salt: 1 }));

  assert.equal(answer.status, 409);
  assert.match(answer.message, /^TT_INGEST_CONFLICT: .*seal the batch again under a new epoch$/);
  assert.equal(answer.headers['trimtab-code'], 'TT_INGEST_CONFLICT');
  assert.equal(await rig.count('body'), 1);
  assert.ok(rig.logged.some((line) => line.includes('push-conflict')));
});

test('stores the good points, counts the bad ones, and tells a repeat the same count', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const old = sealedBatch({ atMs: Date.now() - 20 * 86_400_000 });

  const answer = await client.post(old);
  const repeat = await client.post(old);

  assert.deepEqual([answer.status, answer.headers['trimtab-batch']], [200, 'stored']);
  assert.ok(answer.rejected >= 4, `found ${answer.rejected}`);
  assert.match(answer.message, /TT_WIRE_POINT_TOO_OLD/);
  assert.equal(repeat.headers['trimtab-batch'], 'duplicate');
  assert.equal(repeat.rejected, answer.rejected);
  const [batch] = await rig.owner.query<{ rejected: number }>('select rejected from batch');
  assert.equal(batch?.rejected, answer.rejected);
  assert.match(rig.metrics.text(), /rejected_points_total\{reason="TT_WIRE_POINT_TOO_OLD"\} [4-9]/);
});

test('answers a batch whose sealed day is gone with a partial success that rejects all of it', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const today = Math.floor(Date.now() / 86_400_000);

  const answer = await client.post(sealedBatch({ sealedDay: today - 40 }));

  assert.deepEqual(
    [answer.status, answer.headers['trimtab-batch']],
    [200, 'too-old'],
    answer.message + rig.logged.join(''),
  );
  assert.ok(answer.rejected >= 4);
  assert.equal(await rig.count('batch'), 0);
});

test('does not care about a clock set back or about midnight between two tries', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const today = Math.floor(Date.now() / 86_400_000);
  const yesterdays = sealedBatch({ sealedDay: today - 1 });
  const tomorrows = sealedBatch({ sealedDay: today + 1, seq: 2 });

  const answers = [];
  for (const message of [yesterdays, tomorrows, yesterdays, tomorrows]) {
    answers.push((await client.post(message)).headers['trimtab-batch']);
  }

  assert.deepEqual(answers, ['stored', 'stored', 'duplicate', 'duplicate']);
  assert.equal(await rig.count('body'), 2);
});

test('refuses a day that is further ahead, in words that name the clock', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const today = Math.floor(Date.now() / 86_400_000);

  const answer = await client.post(sealedBatch({ sealedDay: today + 3 }));

  assert.equal(answer.status, 400);
  assert.match(answer.message, /^TT_INGEST_SEALED_AHEAD: .*clock/);
});

test('answers every wrong request with a google.rpc.Status and the status that fits', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const message = sealedBatch();
  const cases: [string, Promise<{ status: number; message: string }>, number, string][] = [
    ['broken protobuf', client.post(Buffer.from('no protobuf')), 400, 'TT_INGEST_UNDECODABLE'],
    ['JSON', client.post(message, typed('application/json')), 415, 'TT_INGEST_CONTENT_TYPE'],
    ['no type', client.post(message, typed('')), 415, 'TT_INGEST_CONTENT_TYPE'],
    [
      'deflate',
      client.post(message, encoded(message, 'deflate')),
      415,
      'TT_INGEST_CONTENT_ENCODING',
    ],
    [
      'two',
      client.post(message, encoded(message, 'gzip, zstd')),
      415,
      'TT_INGEST_CONTENT_ENCODING',
    ],
    ['not gzip', client.post(message, encoded(message, 'gzip')), 400, 'TT_INGEST_CORRUPT'],
    ['not zstd', client.post(message, encoded(message, 'zstd')), 400, 'TT_INGEST_CORRUPT'],
    ['other path', client.post(message, { path: '/v1/traces' }), 404, 'TT_INGEST_NOT_FOUND'],
    ['PUT', client.post(message, { method: 'PUT' }), 405, 'TT_INGEST_METHOD'],
  ];

  for (const [name, pending, status, code] of cases) {
    const answer = await pending;
    assert.equal(answer.status, status, `${name}: ${answer.message}`);
    assert.ok(answer.message.startsWith(`${code}: `), `${name}: ${answer.message}`);
  }
  assert.equal(await rig.count('batch'), 0);
});

test('refuses a truncated gzip body, and stores nothing of it', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const packed = gzipSync(sealedBatch()).subarray(0, -20);

  const answer = await client.post(packed, encoded(packed, 'gzip'));

  assert.equal(answer.status, 400);
  assert.match(answer.message, /^TT_INGEST_CORRUPT/);
});

test('takes an empty request and nothing without a batch identity', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();

  const empty = await client.post(new Uint8Array());
  const foreign = await client.post(withoutIdentity());

  assert.deepEqual([empty.status, empty.headers['trimtab-batch']], [200, 'empty']);
  assert.equal(foreign.status, 400);
  assert.match(foreign.message, /^TT_INGEST_NO_IDENTITY/);
});

test('stops bombs at the limits and lets honest pushes through beside them', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();
  const zeros = Buffer.alloc(256 * 1024 * 1024);
  const bombs = [
    { packed: gzipSync(zeros), name: 'gzip' },
    { packed: zstdCompressSync(zeros), name: 'zstd' },
  ];
  const beforeBytes = process.memoryUsage().rss;

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => bombs)
      .flat()
      .map(({ packed, name }) => client.post(packed, encoded(packed, name))),
  );
  const honest = await client.post(sealedBatch());

  // Too many at once find the memory set aside for pushes full: 503, to be repeated.
  for (const answer of answers) assert.ok([413, 503].includes(answer.status), answer.message);
  assert.ok(answers.some((answer) => answer.status === 413));
  assert.equal(honest.status, 200);
  const grownMib = (process.memoryUsage().rss - beforeBytes) / 1024 / 1024;
  assert.ok(grownMib < 400, `grew by ${grownMib} MiB`);
});

test('refuses a body above the limit whether or not its length is told', async (t) => {
  const rig = await startRig(t, { limits: { maxBytes: 256 * 1024, maxCompressedBytes: 1024 } });
  const client = await rig.client();
  const large = Buffer.alloc(6 * 1024 * 1024, 1);

  const told = await client.post(large);
  const untold = await client.post(large, { isChunked: true });
  const packed = await client.post(
    large.subarray(0, 2000),
    encoded(large.subarray(0, 2000), 'gzip'),
  );

  for (const answer of [told, untold, packed]) {
    assert.equal(answer.status, 413, answer.message);
    assert.match(answer.message, /^TT_INGEST_TOO_LARGE/);
  }
});

test('says what an agent lost on its side, once', async (t) => {
  const rig = await startRig(t);
  const client = await rig.client();

  await client.post(sealedBatch({ seq: 1, dropped: 2 }));
  await client.post(sealedBatch({ seq: 2, dropped: 2 }));
  await client.post(sealedBatch({ seq: 2, dropped: 2 }));

  assert.match(rig.metrics.text(), /agent_windows_total\{fate="dropped"\} 2\n/);
  const told = rig.logged.filter((line) => line.includes('agent-dropped-windows'));
  assert.equal(told.length, 1);
});

test('lets nobody in without a certificate of the authority that is in force', async (t) => {
  const rig = await startRig(t);
  const foreign = await createAuthority({ nowMs: Date.now() });
  const ours = { ...rig, node: 'node-b' };
  const dayMs = 86_400_000;
  const pairs = [
    await agentPair({ ...ours, authority: foreign }),
    await agentPair({ ...ours, nowMs: Date.now() - 2 * dayMs }),
    await agentPair({ ...ours, nowMs: Date.now() + 2 * dayMs }),
    { certificatePem: '', keyPem: '' },
  ];

  for (const pair of pairs) {
    const client = await rig.client(pair);
    await assert.rejects(client.post(sealedBatch()));
  }
  assert.equal(await rig.count('batch'), 0);
});

test('refuses a certificate for a cluster that the tenant does not have', async (t) => {
  const rig = await startRig(t);
  const pair = await agentPair({ ...rig, clusterId: rig.clusterId + 1000, node: 'node-a' });
  const client = await rig.client(pair);

  const answer = await client.post(sealedBatch());

  assert.equal(answer.status, 403);
  assert.match(answer.message, /^TT_INGEST_UNKNOWN_CLUSTER/);
});

function typed(contentType: string) {
  return { headers: { 'content-type': contentType } };
}

function encoded(body: Uint8Array, encoding: string) {
  return { headers: { 'content-encoding': encoding, 'content-length': body.byteLength } };
}

/** ResourceMetrics of a sender that is not the agent: one gauge point. */
function withoutIdentity(): Buffer {
  const point = Buffer.from([0x21, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  const gauge = field(1, point);
  const metric = Buffer.concat([field(1, Buffer.from('load')), field(5, gauge)]);
  return field(1, field(2, field(2, metric)));
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.byteLength]), content]);
}
