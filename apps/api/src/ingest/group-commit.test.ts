import assert from 'node:assert/strict';
import test from 'node:test';
import { ManualClock } from '@trimtab/daemon';
import type { Push, PushOutcome } from '@trimtab/store/ingest';
import { epochDay, epochHour } from '@trimtab/units';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';

/** A database whose transactions the test ends. */
class Appender {
  readonly groups: number[][] = [];
  readonly #open: PromiseWithResolvers<PushOutcome[]>[] = [];

  readonly append = (pushes: readonly Push[]): Promise<PushOutcome[]> => {
    this.groups.push(pushes.map((push) => push.identity.seq));
    const transaction = Promise.withResolvers<PushOutcome[]>();
    this.#open.push(transaction);
    return transaction.promise;
  };

  get underWay(): number {
    return this.#open.length;
  }

  async commit(): Promise<void> {
    const size = this.groups.at(-this.#open.length)?.length ?? 0;
    this.#open.shift()?.resolve(Array.from({ length: size }, () => ({ kind: 'stored' })));
    await settled();
  }

  async fail(error: Error): Promise<void> {
    this.#open.shift()?.reject(error);
    await settled();
  }
}

const DOWN = new Error('down');
const BAD = new Error('bad');

function setUp(change: Partial<GroupCommitOptions> = {}) {
  const clock = new ManualClock();
  const database = new Appender();
  const groups = new GroupCommit({
    ...{ append: database.append, clock },
    judge: (error) => {
      if (error === DOWN) return 'unavailable';
      return error === BAD ? 'unstorable' : 'unknown';
    },
    ...{ groupSize: 3, groupBytes: 1000, groupWaitMs: 10, groupsInFlight: 2 },
    ...{ maxQueued: 5, commitDeadlineMs: 1000 },
    ...change,
  });
  return { clock, database, groups };
}

function push(seq: number, size = 1): Push {
  return {
    ...{ tenantId: 1, clusterId: 1, agentId: 1, points: 0, rejected: 0 },
    identity: { epoch: 1n, seq, sealedDay: epochDay(20_000) },
    digest: Buffer.alloc(32),
    bodies: [{ hour: epochHour(480_000), block: Buffer.alloc(size) }],
  };
}

test('starts a group as soon as it is full', async () => {
  const { database, groups } = setUp();

  const answers = [1, 2, 3].map((seq) => groups.commit(push(seq)));
  assert.deepEqual(database.groups, [[1, 2, 3]]);
  await database.commit();

  assert.deepEqual(await Promise.all(answers), [
    { kind: 'stored' },
    { kind: 'stored' },
    { kind: 'stored' },
  ]);
});

test('starts a group that is not full when its first push has waited long enough', () => {
  const { clock, database, groups } = setUp();

  void groups.commit(push(1));
  clock.advance(9);
  assert.deepEqual(database.groups, []);
  void groups.commit(push(2));
  clock.advance(1);

  assert.deepEqual(database.groups, [[1, 2]]);
});

test('starts a group when its bytes are enough, and never splits a push', () => {
  const { database, groups } = setUp();

  void groups.commit(push(1, 5000));
  void groups.commit(push(2, 600));
  void groups.commit(push(3, 600));

  assert.deepEqual(database.groups, [[1], [2]]);
  assert.equal(groups.depth, 1);
});

test('has no more groups under way than allowed and fills the next one meanwhile', async () => {
  const { clock, database, groups } = setUp({ groupSize: 1, groupsInFlight: 1, groupWaitMs: 0 });

  for (const seq of [1, 2, 3]) void groups.commit(push(seq));
  clock.advance(50);
  assert.deepEqual(database.groups, [[1]]);
  await database.commit();

  assert.deepEqual(database.groups, [[1], [2]]);
  assert.equal(groups.depth, 1);
});

test('refuses a push that finds the queue full', async () => {
  const { groups } = setUp({ groupsInFlight: 0 });
  for (let seq = 1; seq <= 5; seq += 1) void groups.commit(push(seq));

  assert.deepEqual(await groups.commit(push(6)), { kind: 'busy' });
});

test('answers every push of a group at once when the database is away', async () => {
  const { database, groups } = setUp();
  const answers = [1, 2, 3].map((seq) => groups.commit(push(seq)));

  await database.fail(DOWN);

  for (const answer of await Promise.all(answers)) {
    assert.deepEqual(answer, { kind: 'unavailable', error: DOWN });
  }
  assert.deepEqual(database.groups, [[1, 2, 3]]);
});

test('repeats a group push by push when one of them is to blame', async () => {
  const { database, groups } = setUp();
  const answers = [1, 2, 3].map((seq) => groups.commit(push(seq)));

  await database.fail(BAD);
  await database.commit();
  await database.fail(BAD);
  await database.commit();

  assert.deepEqual(database.groups, [[1, 2, 3], [1], [2], [3]]);
  assert.deepEqual(await Promise.all(answers), [
    { kind: 'stored' },
    { kind: 'unstorable', error: BAD },
    { kind: 'stored' },
  ]);
});

test('stops repeating push by push when the database goes away in the middle', async () => {
  const { database, groups } = setUp();
  const answers = [1, 2, 3].map((seq) => groups.commit(push(seq)));

  await database.fail(BAD);
  await database.commit();
  await database.fail(DOWN);

  assert.deepEqual(await Promise.all(answers), [
    { kind: 'stored' },
    { kind: 'unavailable', error: DOWN },
    { kind: 'unavailable', error: DOWN },
  ]);
});

test('takes an unforeseen failure of a single push for passing trouble, so that it is repeated', async () => {
  const { clock, database, groups } = setUp();
  const odd = new Error('odd');
  const answer = groups.commit(push(1));
  clock.advance(10);

  await database.fail(odd);

  assert.deepEqual(await answer, { kind: 'unavailable', error: odd });
});

test('gives a push up at its deadline, whether it waits or is under way', async () => {
  const { clock, database, groups } = setUp({ groupSize: 1, groupsInFlight: 1 });
  const underWay = groups.commit(push(1));
  const waiting = groups.commit(push(2));

  clock.advance(1000);

  for (const answer of await Promise.all([underWay, waiting])) {
    assert.equal(answer.kind, 'unavailable');
  }
  assert.equal(groups.depth, 0);
  await database.commit();
  assert.deepEqual(database.groups, [[1]]);
  assert.equal(clock.pendingTimers, 0);
});

test('commits what waits when it is closed and takes nothing more', async () => {
  const { clock, database, groups } = setUp();
  const waiting = groups.commit(push(1));

  const closing = groups.close();
  assert.deepEqual(await groups.commit(push(2)), { kind: 'busy' });
  assert.equal(database.underWay, 1);
  await database.commit();
  await closing;

  assert.deepEqual(await waiting, { kind: 'stored' });
  assert.equal(clock.pendingTimers, 0);
});

test('lets nobody wait for company once it hurries, but still takes pushes', () => {
  const { database, groups } = setUp();
  void groups.commit(push(1));

  groups.hurry();
  void groups.commit(push(2));

  assert.deepEqual(database.groups, [[1], [2]]);
});

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
