import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contestant } from '../track.ts';
import { calibrationOf } from './calibration.ts';
import { againstPeer, TunedPeers } from './envelope.ts';
import { trackOf } from './made-tracks.ts';
import { contestantAt, marginAtMiss, marginsNeeded } from './method.ts';
import { onDaysNamedBy } from './named-days.ts';
import { geometricMean, ratioOfSums, resamplesOf } from './resample.ts';
import { scoreOf } from './scores.ts';
import { worstSeries } from './worst.ts';

const OWN: Contestant = { name: 'trimtab savings', kind: 'own', statedRisk: 0.25 };
const PEER: Contestant = { name: 'VPA', kind: 'peer' };

test('a clairvoyant costs one, and a missed day is charged what it needed', () => {
  const tracks = [trackOf([1, 2, 4], [[1, 2, 4]]), trackOf([1, 2, 4], [[0, 0, 0]])];
  const [exact, starving] = tracks.map((track) => scoreOf(OWN, 0, [track], resamplesOf(1)));
  assert.deepEqual([exact?.xoracle.value, exact?.miss.value], [1, 0]);
  assert.deepEqual([starving?.xoracle.value, starving?.miss.value], [1, 1]);
});

test('scores what stands above the request, and the slack below it', () => {
  const scores = scoreOf(OWN, 0, [trackOf([1, 3], [[2, 2]])], resamplesOf(1));
  assert.equal(scores.missedDays, 1);
  assert.equal(scores.minutesAbovePerDay, 2.5);
  assert.equal(scores.shortHours, 300 / 3600);
  assert.equal(scores.slackMean, 0);
  assert.equal(scores.footprint.value, 2);
});

test('days without a request are counted apart and score nothing', () => {
  const scores = scoreOf(OWN, 0, [trackOf([1, 1, 1], [[Number.NaN, 1, 1]])], resamplesOf(1));
  assert.deepEqual([scores.days, scores.unnamedDays, scores.miss.value], [2, 1, 0]);
});

test('the margin at a miss rate is the smallest that keeps it', () => {
  const tracks = [trackOf([1, 2, 3, 4], [[1, 1, 1, 1]])];
  const needed = marginsNeeded(tracks, contestantAt(0));
  assert.deepEqual(
    [0, 0.25, 0.5].map((miss) => marginAtMiss(needed, miss)),
    [4, 3, 2],
  );
  assert.ok(Number.isNaN(marginAtMiss(new Float64Array(0), 0.1)));
});

test('the envelope takes the cheapest member, and the curve of a family its own', () => {
  const exact = [2, 2, 2, 2];
  const tracks = [trackOf([2, 2, 2, 2], [[3, 3, 3, 3]], [[1, 2, 1, 2], exact])];
  const peers = new TunedPeers(tracks, [
    { name: 'rough', members: ['rough a'] },
    { name: 'fine', members: ['fine a'] },
  ]);
  assert.deepEqual(peers.envelopeAt(0), { miss: 0, xoracle: 1, member: 'fine a', margin: 1 });
  const [rough, fine] = peers.curves([0]);
  assert.equal(rough?.points[0]?.xoracle, 1.5);
  assert.equal(fine?.points[0]?.xoracle, 1);
  const scores = scoreOf(OWN, 0, tracks, resamplesOf(1));
  assert.equal(peers.against(scores, 0, resamplesOf(1))?.ratio.value.toFixed(9), '1.500000000');
});

test('a peer is met at its own miss rate by the nearest preset', () => {
  const tracks = [trackOf([1, 2, 3, 4], [exactly(4), exactly(3)])];
  const scores = [OWN, PEER].map((one, place) => scoreOf(one, place, tracks, resamplesOf(1)));
  const peer = scores[1];
  assert.ok(peer !== undefined);
  const against = againstPeer(tracks, scores, peer, resamplesOf(1));
  assert.equal(against?.preset, 'trimtab savings');
  assert.equal(against?.margin, 0.75);
  assert.equal(against?.chargedFootprint.value, 1);
  assert.equal(against?.xoracle.value, 1);
});

function exactly(request: number): number[] {
  return [request, request, request, request];
}

test('days left out by a preset are left out of the comparison with the peers', () => {
  const hardDayLeftOut = trackOf(
    [1, 1, 9],
    [
      [1, 1, Number.NaN],
      [1, 1, 1],
    ],
  );
  const tracks = [hardDayLeftOut];
  const scores = [OWN, PEER].map((one, place) => scoreOf(one, place, tracks, resamplesOf(1)));
  const peer = scores[1];
  assert.ok(peer !== undefined);
  const against = againstPeer(tracks, scores, peer, resamplesOf(1));
  assert.equal(peer.missedDays, 1);
  assert.deepEqual([against?.miss, against?.chargedFootprint.value], [0, 1]);
  assert.equal(onDaysNamedBy(tracks, 1), tracks);
  assert.deepEqual(onDaysNamedBy(tracks, 0)[0]?.demands, [1, 1]);
});

test('calibration counts the missed share of the days for which a risk was stated', () => {
  const tracks = [trackOf([1, 2, 3, 4], [exactly(3), exactly(1)])];
  const points = calibrationOf([OWN, PEER], tracks, resamplesOf(1));
  assert.deepEqual(
    points.map(({ stated, days, realised }) => [stated, days, realised.value]),
    [[0.25, 4, 0.25]],
  );
});

test('names the series that missed most and the one that cost most', () => {
  const tracks = [trackOf([1, 1], [[1, 1]]), trackOf([2, 2], [[1, 2]]), trackOf([3, 3], [[9, 9]])];
  const worst = worstSeries([OWN], tracks);
  assert.deepEqual(
    worst.map(({ why, id }) => [why, id]),
    [
      ['missed most', 'made-2-2'],
      ['cost most', 'made-3-3'],
    ],
  );
});

test('intervals hold their value and shrink to it where all series agree', () => {
  const resamples = resamplesOf(40);
  const logs = Array.from({ length: 40 }, (_, place) => Math.log(1 + (place % 5) / 10));
  const spread = geometricMean(logs, resamples);
  assert.ok(spread.low < spread.value && spread.value < spread.high);
  const agreed = ratioOfSums(new Array(40).fill(2), new Array(40).fill(4), resamples);
  assert.deepEqual(agreed, { value: 0.5, low: 0.5, high: 0.5 });
  assert.ok(Number.isNaN(geometricMean([], resamplesOf(0)).value));
});
