import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contestantAt, marginAtMiss, marginsNeeded } from './charge.ts';
import { atPeersMiss, TunedPeers } from './envelope.ts';
import { recordOf } from './made-records.ts';
import { onDaysNamedBy } from './named-days.ts';
import { geometricMean, ratioOfSums, resamplesOf } from './resample.ts';
import { missRate, scoreOf } from './scores.ts';
import { worstSeries } from './worst.ts';

const ONE = resamplesOf(1, 1);

test('a clairvoyant costs one, and a missed day is charged what it needed', () => {
  const records = [recordOf([1, 2, 4], [[1, 2, 4]]), recordOf([1, 2, 4], [[0, 0, 0]])];
  const [exact, starving] = records.map((record) => scoreOf('made', [record], 0, ONE));
  assert.deepEqual([exact?.xoracle.value, exact?.miss], [1, 0]);
  assert.deepEqual([starving?.xoracle.value, starving?.miss], [1, 1]);
});

test('scores what stands above the request, and the slack below it', () => {
  const scores = scoreOf('made', [recordOf([1, 3], [[2, 2]])], 0, ONE);
  assert.equal(scores.missedDays, 1);
  assert.equal(scores.minutesAbovePerDay, 2.5);
  assert.equal(scores.shortHours, 300 / 3600);
  assert.equal(scores.slackMean, 0);
  assert.equal(scores.footprint.value, 2);
  assert.equal(scores.chargedFootprint, 2.5);
});

test('days without a request are counted apart and score nothing', () => {
  const scores = scoreOf('made', [recordOf([1, 1, 1], [[Number.NaN, 1, 1]])], 0, ONE);
  assert.deepEqual([scores.days, scores.unnamedDays, scores.miss], [2, 1, 0]);
});

test('the margin at a miss rate is the smallest that keeps it', () => {
  const needed = marginsNeeded([recordOf([1, 2, 3, 4], [[1, 1, 1, 1]])], contestantAt(0));
  assert.deepEqual(
    [0, 0.25, 0.5].map((miss) => marginAtMiss(needed, miss)),
    [4, 3, 2],
  );
  assert.ok(Number.isNaN(marginAtMiss(new Float64Array(0), 0.1)));
});

test('the envelope takes the cheapest member, and a choice of members its own', () => {
  const exact = [2, 2, 2, 2];
  const records = [recordOf([2, 2, 2, 2], [[3, 3, 3, 3]], [[1, 2, 1, 2], exact])];
  const peers = new TunedPeers(records, ['rough a', 'fine a']);
  assert.deepEqual(peers.bestAt(0), { miss: 0, xoracle: 1, peer: 'fine a', margin: 1 });
  assert.equal(peers.bestAt(0, ['rough a'])?.xoracle, 1.5);
  assert.equal(peers.bestAt(0, ['fine a'])?.xoracle, 1);
  assert.equal(peers.against(0, ONE)?.ratio.value.toFixed(9), '1.500000000');
});

test('a peer is met at its own miss rate', () => {
  const records = [recordOf([1, 2, 3, 4], [exactly(4), exactly(3)])];
  const against = atPeersMiss(records, { own: 0, peer: 1 }, ONE);
  assert.equal(against?.margin, 0.75);
  assert.equal(against?.chargedFootprint.value, 1);
  assert.equal(against?.xoracle.value, 1);
});

test('a contestant that no margin brings to the miss rate of a peer is not compared', () => {
  const records = [recordOf([1, 2, 3, 4], [exactly(0), exactly(4)])];
  assert.equal(atPeersMiss(records, { own: 0, peer: 1 }, ONE), undefined);
});

function exactly(request: number): number[] {
  return [request, request, request, request];
}

test('days a contestant left out are left out of its comparison with the peers', () => {
  const named = [1, 1, Number.NaN];
  const flat = [1, 1, 1];
  const records = [recordOf([1, 1, 9], [named, flat], [flat])];
  assert.equal(scoreOf('peer', records, 1, ONE).missedDays, 1);
  const against = atPeersMiss(records, { own: 0, peer: 1 }, ONE);
  assert.deepEqual([against?.miss, against?.chargedFootprint.value], [0, 1]);
  assert.equal(onDaysNamedBy(records, 1), records);
  assert.deepEqual(onDaysNamedBy(records, 0)[0]?.demands, [1, 1]);
});

test('hard days a contestant left out do not make the envelope dear', () => {
  const flat = [1, 1, 1];
  const records = [recordOf([1, 1, 9], [[1, 1, Number.NaN]], [flat])];
  const peers = new TunedPeers(records, ['flat']);
  assert.equal(peers.bestAt(0)?.margin, 9);
  const against = peers.against(0, ONE);
  assert.deepEqual([against?.point.margin, against?.ratio.value], [1, 1]);
});

test('the miss rate is the missed share of the days for which something was named', () => {
  const records = [recordOf([1, 2, 3, 4, 9], [[...exactly(3), Number.NaN], exactly(1)])];
  assert.equal(missRate(records, 0, ONE).value, 0.25);
});

test('names the series that missed most and the one that cost most', () => {
  const records = [
    recordOf([1, 1], [[1, 1]]),
    recordOf([2, 2], [[1, 2]]),
    recordOf([3, 3], [[9, 9]]),
  ];
  assert.deepEqual(
    worstSeries(records, 0).map(({ why, id }) => [why, id]),
    [
      ['missed most', 'made-2-2'],
      ['cost most', 'made-3-3'],
    ],
  );
});

test('intervals hold their value and shrink to it where all series agree', () => {
  const resamples = resamplesOf(40, 1);
  const logs = Array.from({ length: 40 }, (_, place) => Math.log(1 + (place % 5) / 10));
  const spread = geometricMean(logs, resamples);
  assert.ok(spread.low < spread.value && spread.value < spread.high);
  const agreed = ratioOfSums(new Array(40).fill(2), new Array(40).fill(4), resamples);
  assert.deepEqual(agreed, { value: 0.5, low: 0.5, high: 0.5 });
  assert.ok(Number.isNaN(geometricMean([], resamplesOf(0, 1)).value));
});
