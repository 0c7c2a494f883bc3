import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS, MINUTE_MS } from '@trimtab/units';
import { cutJobs, dueUnits, type PackTiming } from './due-units.ts';

const timing: PackTiming = {
  delayMs: 6 * MINUTE_MS,
  firstDayEveryMs: 5 * MINUTE_MS,
  firstDayMs: 24 * HOUR_MS,
  atOnce: false,
};

const unit = (hour: number, clusterId = 1, bodies = 10) => ({
  tenantId: 1,
  clusterId,
  clusterCreatedAt: 0,
  hour,
  bodies,
});
const none: ReadonlyMap<number, number> = new Map();

test('packs an hour six minutes after its end and not before', () => {
  const units = [unit(100)];
  const end = 101 * HOUR_MS;

  const before = dueUnits({ units, nowMs: end + 6 * MINUTE_MS - 1, timing, lastEarlyMs: none });
  const after = dueUnits({ units, nowMs: end + 6 * MINUTE_MS, timing, lastEarlyMs: none });

  assert.deepEqual(before, []);
  assert.deepEqual(after, units);
});

test('packs late hours at once', () => {
  const nowMs = 200 * HOUR_MS;

  const due = dueUnits({
    units: [unit(3), unit(198), unit(199)],
    nowMs,
    timing,
    lastEarlyMs: none,
  });

  assert.deepEqual(
    due.map(({ hour }) => hour),
    [3, 198],
  );
});

test('packs the hour under way every five minutes on the first day of a cluster', () => {
  const createdAt = 100 * HOUR_MS;
  const units = [{ ...unit(100), clusterCreatedAt: createdAt }];
  const nowMs = createdAt + 20 * MINUTE_MS;
  const ask = (last: number) =>
    dueUnits({ units, nowMs, timing, lastEarlyMs: new Map([[1, last]]) }).length;

  assert.equal(dueUnits({ units, nowMs, timing, lastEarlyMs: none }).length, 1);
  assert.equal(ask(nowMs - 5 * MINUTE_MS), 1);
  assert.equal(ask(nowMs - 5 * MINUTE_MS + 1), 0);
});

test('packs everything at once where told so', () => {
  const units = [unit(100)];

  const due = dueUnits({
    units,
    nowMs: 100 * HOUR_MS,
    timing: { ...timing, atOnce: true },
    lastEarlyMs: none,
  });

  assert.deepEqual(due, units);
});

test('cuts a backlog into jobs of one cluster, in order, by the number of bodies', () => {
  const units = [unit(1), unit(2), unit(3), unit(1, 2), unit(2, 2, 500), unit(3, 2)];

  const jobs = cutJobs(units, 25);

  assert.deepEqual(
    jobs.map(({ clusterId, hours, bodies }) => ({ clusterId, hours, bodies })),
    [
      { clusterId: 1, hours: [1, 2], bodies: 20 },
      { clusterId: 1, hours: [3], bodies: 10 },
      { clusterId: 2, hours: [1], bodies: 10 },
      { clusterId: 2, hours: [2], bodies: 500 },
      { clusterId: 2, hours: [3], bodies: 10 },
    ],
  );
});
