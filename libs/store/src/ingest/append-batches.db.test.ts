import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { epochDay, epochHour } from '@trimtab/units';
import { connect, type Database } from '../connect/index.ts';
import { seedTenant, testDatabase } from '../testing/index.ts';
import { appendBatches, isUnstorable, type Push, registerCluster, resolveAgent } from './index.ts';

const TODAY = Math.floor(Date.now() / 86_400_000);
const HOUR = TODAY * 24;

interface Rig {
  readonly url: string;
  readonly owner: Database;
  readonly ingest: Database;
  readonly push: (change?: Partial<Push> & { bytes?: string }) => Push;
  readonly count: (table: 'batch' | 'body') => Promise<number>;
}

async function rig(t: TestContext): Promise<Rig> {
  const { url } = await testDatabase(t);
  const owner = connect({ url, poolSize: 2, applicationName: 'test-owner' });
  const ingest = connect({
    ...{ url, role: 'trimtab_ingest', poolSize: 4 },
    applicationName: 'test-ingest',
  } as const);
  t.after(() => Promise.all([owner.close(), ingest.close()]));
  const seeded = await seedTenant(url, 'one');
  return {
    ...{ url, owner, ingest },
    push: ({ bytes = 'bytes', ...change } = {}) => ({
      ...seeded,
      identity: { epoch: 2n ** 63n + 5n, seq: 1, sealedDay: epochDay(TODAY) },
      digest: createHash('sha256').update(bytes).digest(),
      points: 4,
      rejected: 1,
      bodies: [{ hour: epochHour(HOUR), block: Buffer.from(bytes) }],
      ...change,
    }),
    count: async (table) => {
      const [row] = await owner.query<{ n: number }>(`select count(*) as n from ${table}`);
      return row?.n ?? -1;
    },
  };
}

async function dropPartitions(owner: Database, table: 'batch' | 'body'): Promise<void> {
  const partitions = await owner.query<{ name: string }>(
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass',
    [table],
  );
  for (const { name } of partitions) await owner.query(`drop table ${name}`);
}

function named(push: Push, change: Partial<Push['identity']>): Push {
  return { ...push, identity: { ...push.identity, ...change } };
}

test('appends a batch with its body and keeps what it was told', async (t) => {
  const { ingest, owner, push } = await rig(t);

  const outcomes = await appendBatches(ingest, [push({ bytes: 'abc' })]);

  assert.deepEqual(outcomes, [{ kind: 'stored' }]);
  const [batch] = await owner.query(
    'select epoch, seq, sealed_day, hour, points, rejected from batch',
  );
  assert.deepEqual(batch, {
    ...{ epoch: -(2n ** 63n) + 5n, seq: 1, sealed_day: TODAY },
    ...{ hour: HOUR, points: 4, rejected: 1 },
  });
  const [body] = await owner.query('select hour, kind, packed, block from body');
  assert.deepEqual(body, { hour: HOUR, kind: 0, packed: false, block: Buffer.from('abc') });
});

test('calls the same bytes a duplicate and other bytes a conflict, and writes neither', async (t) => {
  const { ingest, count, push } = await rig(t);
  await appendBatches(ingest, [push()]);

  const outcomes = await appendBatches(ingest, [push(), push({ bytes: 'other' })]);

  assert.deepEqual(outcomes, [{ kind: 'duplicate', rejected: 1 }, { kind: 'conflict' }]);
  assert.deepEqual([await count('batch'), await count('body')], [1, 1]);
});

test('takes the first of a key that comes twice in one group and compares the other with it', async (t) => {
  const { ingest, count, push } = await rig(t);

  const outcomes = await appendBatches(ingest, [push(), push(), push({ bytes: 'other' })]);

  assert.deepEqual(
    outcomes.map((outcome) => outcome.kind),
    ['stored', 'duplicate', 'conflict'],
  );
  assert.equal(await count('body'), 1);
});

test('answers in the order of the pushes, whatever the order of the keys', async (t) => {
  const { ingest, push } = await rig(t);
  await appendBatches(ingest, [named(push(), { seq: 2 })]);

  const outcomes = await appendBatches(ingest, [
    named(push(), { seq: 3 }),
    named(push(), { seq: 2 }),
    named(push(), { seq: 1 }),
  ]);

  assert.deepEqual(
    outcomes.map((outcome) => outcome.kind),
    ['stored', 'duplicate', 'stored'],
  );
});

test('keeps every hour of a push in a body of its own, and none of a push without any', async (t) => {
  const { ingest, owner, push } = await rig(t);
  const block = Buffer.from('x');
  const bodies = [HOUR, HOUR + 1].map((hour) => ({ hour: epochHour(hour), block }));

  await appendBatches(ingest, [
    push({ bodies }),
    { ...named(push(), { seq: 2 }), bodies: [], rejected: 4 },
  ]);

  const rows = await owner.query('select seq, hour from body order by seq, hour');
  assert.deepEqual(rows, [
    { seq: 1, hour: HOUR },
    { seq: 1, hour: HOUR + 1 },
  ]);
});

test('stores one and calls the other a duplicate when two processes append the same batch', async (t) => {
  const { ingest, count, push } = await rig(t);
  const groups = Array.from({ length: 20 }, (_, round) => {
    const pushes = [1, 2, 3].map((seq) => named(push(), { seq: round * 3 + seq }));
    return [pushes, pushes.toReversed()];
  });

  const outcomes = await Promise.all(groups.flat().map((group) => appendBatches(ingest, group)));

  const kinds = outcomes.flat().map((outcome) => outcome.kind);
  assert.equal(kinds.filter((kind) => kind === 'stored').length, 60);
  assert.equal(kinds.filter((kind) => kind === 'duplicate').length, 60);
  assert.deepEqual([await count('batch'), await count('body')], [60, 60]);
});

test('tells a duplicate from too old by the watermark where the sealed day is gone', async (t) => {
  const { ingest, owner, count, push } = await rig(t);
  const old = epochDay(TODAY - 30);
  const { tenantId, agentId } = push();
  await owner.query(
    `insert into agent_epoch (tenant_id, agent_id, epoch, seqs)
     values ($1, $2, $3, '{[1,4),[9,10)}')`,
    [tenantId, agentId, String(BigInt.asIntN(64, push().identity.epoch))],
  );

  const outcomes = await appendBatches(ingest, [
    named(push(), { seq: 3, sealedDay: old }),
    named(push(), { seq: 4, sealedDay: old }),
    named(push(), { seq: 5 }),
  ]);

  assert.deepEqual(outcomes, [
    { kind: 'duplicate', rejected: undefined },
    { kind: 'too-old' },
    { kind: 'stored' },
  ]);
  assert.equal(await count('batch'), 1);
});

test('asks for a repeat where a day that must still be there has no partition yet', async (t) => {
  const { ingest, owner, count, push } = await rig(t);
  await dropPartitions(owner, 'batch');

  const failure = await appendBatches(ingest, [
    push(),
    named(push(), { seq: 2, sealedDay: epochDay(TODAY - 8) }),
  ]).catch((error: unknown) => error);

  assert.ok(failure instanceof Error);
  assert.match(failure.message, /no partition of relation "batch"/);
  assert.equal(isUnstorable(failure), false);
  assert.equal(await count('body'), 0);
});

test('appends for several tenants in one group', async (t) => {
  const { url, ingest, owner, push } = await rig(t);
  const other = await seedTenant(url, 'two');

  const outcomes = await appendBatches(ingest, [push(), push(other)]);

  assert.deepEqual(
    outcomes.map((outcome) => outcome.kind),
    ['stored', 'stored'],
  );
  const rows = await owner.query<{ tenant_id: number }>('select tenant_id from body order by 1');
  assert.equal(new Set(rows.map((row) => row.tenant_id)).size, 2);
});

test('fails as a whole where the body has no partition, leaves no batch behind, and may be repeated', async (t) => {
  const { ingest, owner, count, push } = await rig(t);
  await dropPartitions(owner, 'body');

  const failure = await appendBatches(ingest, [push()]).catch((error: unknown) => error);

  assert.ok(failure instanceof Error);
  assert.match(failure.message, /no partition of relation "body"/);
  assert.equal(isUnstorable(failure), false);
  assert.equal(await count('batch'), 0);
});

test('blames the values where the database refuses them for good', async (t) => {
  const { ingest, count, push } = await rig(t);

  const failure = await appendBatches(ingest, [push({ digest: Buffer.alloc(7) })]).catch(
    (error: unknown) => error,
  );

  assert.equal(isUnstorable(failure), true);
  assert.equal(await count('batch'), 0);
});

test('registers a node once, whoever asks', async (t) => {
  const { url, ingest, owner } = await rig(t);
  const { tenantId, clusterId } = await registerCluster(owner, { tenant: 'acme', cluster: 'east' });
  const again = await registerCluster(owner, { tenant: 'acme', cluster: 'east' });
  assert.deepEqual(again, { tenantId, clusterId });
  const second = connect({
    ...{ url, role: 'trimtab_ingest', poolSize: 4 },
    applicationName: 'test-ingest',
  } as const);
  t.after(() => second.close());

  const ids = await Promise.all(
    [ingest, second, ingest, second].map((db) =>
      resolveAgent(db, { tenantId, clusterId, node: 'node-a' }),
    ),
  );

  assert.equal(new Set(ids).size, 1);
});
