/**
 * The fixed subset that CI replays: the recorded samples that ship with `@trimtab/traces`, pooled as one
 * set of 45 series and 234 scored days for CPU, 28 series and 115 days for memory. Too little to prove a
 * goal, enough to notice a change.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeriesRecord } from '@trimtab/analysis/evaluate';
import { sampleFleet } from '@trimtab/traces';
import { mergeParts } from './merge-parts.ts';
import { type PartBoard, partBoard } from './part-board.ts';
import { IDLE_BELOW, replay } from './replay.ts';
import { RESOURCES, type ReplayedSet, type Resource } from './replayed-set.ts';

/** What a preset may miss (share of days) and cost (xoracle) at most. */
interface Bound {
  readonly miss: number;
  readonly xoracle: number;
}

/*
 * How these were chosen: the present figures (misses 9.0, 5.1, 3.4 % and xoracle 1.215, 1.341, 1.590 on
 * CPU; 13.0, 5.2, 3.5 % and 1.193, 1.279, 1.453 on memory) plus about two series-days of misses for each
 * preset and 3 to 4 % of cost, and never more than the bounds of the plain models before. The shipped
 * trees have seen part of these series: the bounds notice a change, they prove nothing.
 */
const BOUNDS: Readonly<Record<Resource, Readonly<Record<string, Bound>>>> = {
  cpu: {
    'trimtab savings': { miss: 0.1, xoracle: 1.25 },
    'trimtab balanced': { miss: 0.06, xoracle: 1.38 },
    'trimtab reliability': { miss: 0.043, xoracle: 1.59 },
  },
  memory: {
    'trimtab savings': { miss: 0.148, xoracle: 1.23 },
    'trimtab balanced': { miss: 0.06, xoracle: 1.32 },
    'trimtab reliability': { miss: 0.045, xoracle: 1.5 },
  },
};

/*
 * xoracle over the peer's at the peer's own miss rate, at most: the present ratios (CPU 0.982 and 1.021,
 * memory 0.910 and 1.054) plus 0.02. A ratio above 1 here comes of the many short series, on which the
 * last days are as good a guess as any; the goals are held on the large sets.
 */
const RATIOS: Readonly<Record<Resource, Readonly<Record<string, number>>>> = {
  cpu: { VPA: 1.002, KRR: 1.041 },
  memory: { VPA: 0.93, KRR: 1.074 },
};

/** The peers at their defaults: missed days and xoracle. They are fixed, so a change is a drift. */
const PEERS: Readonly<Record<Resource, Readonly<Record<string, readonly [number, string]>>>> = {
  cpu: { VPA: [71, '1.1435'], KRR: [98, '1.0888'], 'Autopilot window': [12, '1.5651'] },
  memory: { VPA: [15, '1.2994'], KRR: [4, '1.3787'], 'Autopilot window': [22, '1.2330'] },
};

const subset = await replayedSubset();
const boards = { cpu: boardOfRecords('cpu'), memory: boardOfRecords('memory') };

async function replayedSubset(): Promise<ReplayedSet> {
  const fleet = await Array.fromAsync(sampleFleet());
  const series = fleet.filter((sample) => !sample.isSynthetic).map((sample) => sample.series);
  return mergeParts(replay('own', series), replay('peers', series));
}

/** The subset's board, each of our requests times a factor. */
function boardOfRecords(resource: Resource, factor = 1): PartBoard {
  const records = subset.records[resource]
    .filter((record) => record.demands.length > 0 && record.meanUsage >= IDLE_BELOW[resource])
    .map((record) => scaled(record, factor));
  const board = partBoard(records, subset.contestants, subset.families[resource]);
  assert.ok(board !== undefined);
  return board;
}

function scaled(record: SeriesRecord, factor: number): SeriesRecord {
  const judged = record.judged.map((entry, place) =>
    subset.contestants[place]?.kind === 'own'
      ? { ...entry, requests: entry.requests.map((request) => request * factor) }
      : entry,
  );
  return { ...record, judged };
}

function brokenBounds(resource: Resource, board: PartBoard): string[] {
  return Object.entries(BOUNDS[resource]).flatMap(([name, bound]) => {
    const own = board.scores.find((scores) => scores.name === name);
    assert.ok(own !== undefined, `no scores for ${name}`);
    return [
      ...(own.miss.value <= bound.miss ? [] : [`${name} misses ${own.miss.value}`]),
      ...(own.xoracle.value <= bound.xoracle ? [] : [`${name} costs ${own.xoracle.value}`]),
    ];
  });
}

for (const resource of RESOURCES) {
  test(`our presets miss and cost no more than their bounds on the subset: ${resource}`, () => {
    assert.deepEqual(brokenBounds(resource, boards[resource]), []);
  });

  test(`the bounds would notice requests 5 % smaller or larger: ${resource}`, () => {
    for (const factor of [0.95, 1.05]) {
      const broken = brokenBounds(resource, boardOfRecords(resource, factor));
      assert.notDeepEqual(broken, [], `factor ${factor}`);
    }
  });

  test(`at VPA's and KRR's own miss rate we cost no more than bounded: ${resource}`, () => {
    for (const [peer, bound] of Object.entries(RATIOS[resource])) {
      const against = boards[resource].againstPeers.find((one) => one.peer === peer);
      assert.ok(against !== undefined, `no comparison with ${peer}`);
      assert.ok(against.xoracle.value <= bound, `${peer}: ratio ${against.xoracle.value}`);
    }
  });

  test(`the peers score what they always scored on the subset: ${resource}`, () => {
    const peers = boards[resource].scores.filter((scores) => scores.kind === 'peer');
    const found = peers.map((one) => [
      one.name,
      [one.missedDays, one.xoracle.value.toFixed(4)] as const,
    ]);
    assert.deepEqual(Object.fromEntries(found), PEERS[resource]);
  });
}
