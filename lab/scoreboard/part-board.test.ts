import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judged, SeriesRecord } from '@trimtab/analysis/evaluate';
import { type PartBoard, partBoard } from './part-board.ts';
import type { Contestant } from './replayed-set.ts';

const CONTESTANTS: readonly Contestant[] = [
  { name: 'trimtab savings', kind: 'own', statedRisk: 0.25 },
  { name: 'trimtab reliability', kind: 'own', statedRisk: 0.02 },
  { name: 'VPA', kind: 'peer' },
];

/** Four days in need of 1, 2, 3 and 4; each contestant requests the same amount on all of them. */
function boardOf(requests: readonly number[], member: number): PartBoard {
  const demands = [1, 2, 3, 4];
  const record: SeriesRecord = {
    id: 'made',
    meanUsage: 1,
    windowSeconds: 300,
    demands,
    usageSums: demands,
    usageP95s: demands,
    windows: demands.map(() => 1),
    judged: requests.map(judgedOf),
    bases: [demands.map(() => member)],
  };
  const board = partBoard([record], CONTESTANTS, [{ name: 'flat', members: ['flat 1'] }]);
  assert.ok(board !== undefined);
  return board;
}

function judgedOf(request: number): Judged {
  const requests = [request, request, request, request];
  const none = requests.map(() => 0);
  return { requests, windowsAbove: none, short: none, namedDays: 4, changes: 0, downward: 0 };
}

test('a peer is met at its own miss rate by the nearest preset', () => {
  const near = (peer: number) => boardOf([3, 8, peer], 1).againstPeers[0];
  assert.deepEqual([near(2)?.preset, near(2)?.margin], ['trimtab savings', 2 / 3]);
  assert.deepEqual([near(4)?.preset, near(4)?.margin], ['trimtab reliability', 0.5]);
});

test('calibration counts the missed share of the days for which a risk was stated', () => {
  const points = boardOf([3, 4, 1], 1).calibration;
  assert.deepEqual(
    points.map(({ stated, days, realised }) => [stated, days, realised.value]),
    [
      [0.25, 4, 0.25],
      [0.02, 4, 0],
    ],
  );
});

test('the curve of a family has a point at each rate, dearer the fewer misses it allows', () => {
  const [curve] = boardOf([3, 4, 1], 2).curves;
  const costs = curve?.points.map((point) => point.xoracle) ?? [];
  assert.equal(costs.length, 37);
  assert.deepEqual(
    costs,
    costs.toSorted((a, b) => b - a),
  );
});

test('no records give no board', () => {
  assert.equal(partBoard([], CONTESTANTS, []), undefined);
});
