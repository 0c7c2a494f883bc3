import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPlan } from '@trimtab/analysis';
import { Evaluation, FleetReplay, withPeers } from '@trimtab/analysis/evaluate';
import { sampleFleet } from '@trimtab/traces';
import { mergeParts } from './merge-parts.ts';
import { partBoard, type Scores } from './part-board.ts';
import { IDLE_BELOW, replay } from './replay.ts';

const fleet = await Array.fromAsync(sampleFleet({ sets: ['gcd2011-jobs'] }));
const series = fleet.map((sample) => sample.series);

test('gives the scores and the envelope that a back-test of the same policy prints', () => {
  const replayed = new FleetReplay([defaultPlan('savings')]);
  for (const one of series) replayed.observe(one);
  const evaluation = new Evaluation(withPeers(replayed.policies()));
  for (const one of series) evaluation.add(one);
  const expected = evaluation.report().memory;
  const { records, contestants, families } = mergeParts(
    replay('own', series),
    replay('peers', series),
  );
  const scored = records.memory.filter(
    (record) => record.demands.length > 0 && record.meanUsage >= IDLE_BELOW.memory,
  );
  const board = partBoard(scored, contestants, families.memory);
  assert.ok(expected !== undefined && board !== undefined);
  for (const theirs of expected.scores) {
    const ours: Scores | undefined = board.scores.find((one) => one.name === theirs.name);
    assert.ok(ours !== undefined, theirs.name);
    assert.equal(ours.missedDays, theirs.missedDays);
    assert.ok(Math.abs(ours.xoracle.value - theirs.xoracle.value) < 1e-12, theirs.name);
    assert.ok(Math.abs(ours.footprint.value - theirs.footprint.value) < 1e-12, theirs.name);
    assert.equal(ours.over, theirs.over);
    assert.equal(ours.slackMedian, theirs.slackMedian);
    assert.equal(ours.changesPerWeek, theirs.changesPerWeek);
  }
  const xoracles = (points: readonly { readonly xoracle: number }[]) =>
    points.map((point) => point.xoracle.toFixed(9));
  assert.deepEqual(xoracles(board.envelope), xoracles(expected.envelope));
});

test('tells of each series that is through', () => {
  const seen: number[][] = [];
  const replayed = replay('own', series.slice(0, 3), (done, total) => seen.push([done, total]));
  assert.deepEqual(seen.at(-1), [3, 3]);
  assert.equal(replayed.records.cpu.length, 3);
});

test('parts of different series are not put together', () => {
  const own = replay('own', series.slice(0, 2));
  const peers = replay('peers', series.slice(1, 3));
  assert.throws(() => mergeParts(own, peers), /expected .* days/);
});
