import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ManualClock } from '@trimtab/daemon';
import type { Database } from '@trimtab/store';
import { holdEpoch } from '@trimtab/store/lead';
import { makeBench, quiet } from '../../test/database.ts';
import type { Elector } from './elector.ts';
import { createRowElector } from './row-elector.ts';

const TIMING = { leaseMs: 10_000, renewDeadlineMs: 7_000, retryMs: 2_000 };

interface Instance {
  readonly elector: Elector;
  readonly clock: ManualClock;
  readonly told: string[];
}

function makeInstance(scope: TestContext, db: Database, holder: string): Instance {
  const clock = new ManualClock();
  const told: string[] = [];
  const elector = createRowElector({
    db,
    name: 'controller',
    holder,
    timing: TIMING,
    clock,
    random: () => 0,
    log: quiet().log,
    listener: {
      onLead: (epoch) => told.push(`lead ${epoch}`),
      onLost: (reason) => told.push(`lost ${reason}`),
    },
  });
  scope.after(() => elector.stop());
  return { elector, clock, told };
}

/** Waits for the database, not for time: the instances' clocks stand still meanwhile. */
async function until(what: string, isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.fail(`never came true: ${what}`);
}

/** Waits until some statement waits for a row lock. */
async function untilBlocked(admin: Database): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    const blocked = await admin.query(
      'select 1 from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0',
    );
    if (blocked.length > 0) return;
  }
  assert.fail('nothing was ever blocked');
}

const expireLease = (admin: Database) =>
  admin.query("update leader_lease set expires_at = now() - interval '1 second'");

test('the first instance leads, the second waits and takes over with the next epoch when the first stops', async (t) => {
  const { db, another } = await makeBench(t);
  const first = makeInstance(t, db, 'a');
  const second = makeInstance(t, another(), 'b');

  first.elector.start();
  await until('the first leads', () => first.elector.epoch() === 1);
  second.elector.start();
  await second.clock.advanceSettling(TIMING.retryMs);
  await second.clock.advanceSettling(TIMING.retryMs);
  assert.equal(second.elector.epoch(), undefined);
  await first.elector.stop();
  await until('the second leads', () => {
    second.clock.advance(TIMING.retryMs / 100);
    return second.elector.epoch() === 2;
  });

  assert.deepEqual(first.told, ['lead 1', 'lost stopped']);
  assert.deepEqual(second.told, ['lead 2']);
});

test('a leader that stood still is not leading when it wakes, before anything else runs', async (t) => {
  const { db } = await makeBench(t);
  const { elector, clock, told } = makeInstance(t, db, 'a');
  elector.start();
  await until('it leads', () => elector.epoch() === 1);

  // As SIGSTOP does it: time goes on, no timer has fired yet.
  const stillStanding = clock.monotonicMs.bind(clock);
  clock.monotonicMs = () => stillStanding() + TIMING.renewDeadlineMs;

  assert.equal(elector.epoch(), undefined);
  assert.deepEqual(told, ['lead 1']);
});

test('a leader whose lease was taken over finds out at its next renewal and bids again', async (t) => {
  const { db, admin, another } = await makeBench(t);
  const stopped = makeInstance(t, db, 'a');
  const other = makeInstance(t, another(), 'b');
  stopped.elector.start();
  await until('the first leads', () => stopped.elector.epoch() === 1);

  await expireLease(admin);
  other.elector.start();
  await until('the other leads', () => other.elector.epoch() === 2);
  stopped.clock.advance(TIMING.retryMs);
  await until('the first knows', () => stopped.told.includes('lost taken-over'));

  assert.equal(stopped.elector.epoch(), undefined);
  assert.equal(other.elector.epoch(), 2);
});

test('a leader that cannot reach the database stops leading at the renew deadline', async (t) => {
  const { db, another } = await makeBench(t);
  const ownPool = another();
  const { elector, clock, told } = makeInstance(t, ownPool, 'a');
  elector.start();
  await until('it leads', () => elector.epoch() === 1);

  await ownPool.close();
  await clock.advanceSettling(TIMING.renewDeadlineMs - 1);
  assert.equal(elector.epoch(), 1);
  await clock.advanceSettling(1);

  assert.equal(elector.epoch(), undefined);
  assert.deepEqual(told, ['lead 1', 'lost not-renewed']);
  await db.close();
});

test('a writer that holds the epoch delays the takeover, and the stale epoch is refused after it', async (t) => {
  const { db, admin, another } = await makeBench(t);
  const first = makeInstance(t, db, 'a');
  const second = makeInstance(t, another(), 'b');
  first.elector.start();
  await until('the first leads', () => first.elector.epoch() === 1);
  const lead = { name: 'controller', epoch: 1 };
  const order: string[] = [];

  await db.transaction(async (tx) => {
    assert.equal(await holdEpoch(tx, lead), true);
    await expireLease(admin);
    second.elector.start();
    await untilBlocked(admin);
    assert.equal(second.elector.epoch(), undefined);
    order.push('written');
  });
  await until('the second leads', () => second.elector.epoch() === 2);
  order.push('taken over');

  assert.deepEqual(order, ['written', 'taken over']);
  assert.equal(await db.transaction((tx) => holdEpoch(tx, lead)), false);
  assert.equal(await db.transaction((tx) => holdEpoch(tx, { ...lead, epoch: 2 })), true);
});

test('of many instances bidding at once exactly one gets each epoch', async (t) => {
  const { another, admin } = await makeBench(t);
  const instances = ['a', 'b', 'c', 'd', 'e'].map((holder) => makeInstance(t, another(), holder));
  for (const { elector } of instances) elector.start();
  const epochs: number[] = [];

  for (let round = 1; round <= 20; round += 1) {
    const leading = () => instances.filter(({ elector }) => elector.epoch() !== undefined);
    await until(`one leads in round ${round}`, () => {
      for (const { clock } of instances) clock.advance(TIMING.retryMs / 20);
      return leading().length > 0;
    });
    const [leader] = leading();
    epochs.push(leader?.elector.epoch() ?? 0);
    // Back-dated, so that somebody else takes over while the leader still believes in its own.
    await expireLease(admin);
    await until('it has lost', () => {
      for (const { clock } of instances) clock.advance(TIMING.retryMs / 20);
      return leader?.elector.epoch() !== epochs.at(-1);
    });
  }

  const taken = instances.flatMap(({ told }) => told.filter((line) => line.startsWith('lead')));
  assert.equal(new Set(taken).size, taken.length, `an epoch was held twice: ${taken.join(', ')}`);
  assert.deepEqual(
    epochs,
    [...epochs].sort((a, b) => a - b),
  );
});
