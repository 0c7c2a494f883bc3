import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AnalysisError } from '../errors.ts';
import { seededRandom } from '../seeded-random.ts';
import {
  decodeTrees,
  encodeTrees,
  logOdds,
  probability,
  type TrainingOptions,
  type TrainingRows,
  type TreeEnsemble,
  trainTrees,
  treesId,
} from './index.ts';

const OPTIONS: TrainingOptions = {
  trees: 60,
  leaves: 8,
  rate: 0.15,
  minRows: 50,
  ridge: 5,
  featureShare: 1,
  rowShare: 0.8,
  seed: 3,
  monotone: [-1, 1, 0],
};
const LAYOUT = { layout: 9, features: 3 };

/** y = 1 + x + (0.5 + x) e, e from 0 to 1: its t-quantile is 1 + x + (0.5 + x) t. */
function drawnY(x: number, random: () => number): number {
  return 1 + x + (0.5 + x) * random();
}

/** Rows (candidate, x, noise), hit where y lies above the candidate. */
function knownRows(count: number, seed: number): TrainingRows {
  const random = seededRandom(seed);
  const rows = new Float32Array(count * 3);
  const labels = new Float32Array(count);
  for (let row = 0; row < count; row += 1) {
    const x = random();
    const candidate = 0.8 + random() * 3;
    rows.set([candidate, x, random()], row * 3);
    labels[row] = drawnY(x, random) > candidate ? 1 : 0;
  }
  return { features: 3, rows, labels, weights: new Float32Array(count).fill(1) };
}

/** The candidate at which the stated chance of more falls to 1 - share. */
function quantileBy(trees: TreeEnsemble, x: number, share: number): number {
  let candidate = 0.8;
  const chance = () => probability(logOdds(trees, Float32Array.of(candidate, x, 0.5)));
  while (candidate < 4 && chance() > 1 - share) candidate += 0.01;
  return candidate;
}

function pinball(y: number, quantile: number, share: number): number {
  return y > quantile ? share * (y - quantile) : (1 - share) * (quantile - y);
}

const TRAINED = trainTrees(knownRows(20_000, 1), OPTIONS);

test('one ensemble learns every quantile of a known distribution', () => {
  const random = seededRandom(2);
  for (const share of [0.5, 0.9, 0.95]) {
    let learnt = 0;
    let known = 0;
    let constant = 0;
    for (let turn = 0; turn < 400; turn += 1) {
      const x = random();
      const y = drawnY(x, random);
      learnt += pinball(y, quantileBy(TRAINED, x, share), share);
      known += pinball(y, 1 + x + (0.5 + x) * share, share);
      constant += pinball(y, 1.5 + share, share);
    }
    assert.ok(learnt < known * 1.15, `share ${share}: ${learnt / known} of the least pinball loss`);
    assert.ok(learnt < constant, `share ${share}: no better than a constant`);
  }
});

test('the chance never rises with a falling feature, nor falls with a rising one', () => {
  for (let x = 0; x < 1; x += 0.1) {
    let before = Infinity;
    for (let candidate = 0.5; candidate < 4.5; candidate += 0.05) {
      const odds = logOdds(TRAINED, Float32Array.of(candidate, x, 0.3));
      assert.ok(odds <= before);
      assert.ok(logOdds(TRAINED, Float32Array.of(candidate, x + 0.1, 0.3)) >= odds);
      before = odds;
    }
  }
});

test('the same rows and seed give the same bytes, another seed gives others', () => {
  const rows = knownRows(2000, 5);
  const once = encodeTrees(trainTrees(rows, OPTIONS), 9);
  assert.deepEqual(encodeTrees(trainTrees(rows, OPTIONS), 9), once);
  assert.notDeepEqual(encodeTrees(trainTrees(rows, { ...OPTIONS, seed: 4 }), 9), once);
});

test('a stored ensemble predicts exactly what the trained one did', () => {
  const read = decodeTrees(encodeTrees(TRAINED, 9), LAYOUT);
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 3, maxLength: 3 }), (values) => {
      const row = Float32Array.from(values);
      assert.equal(logOdds(read, row), logOdds(TRAINED, row));
    }),
  );
  assert.match(treesId(encodeTrees(TRAINED, 9)), /^[0-9a-f]{8}$/);
});

const BAD_MODEL = (error: unknown): boolean =>
  error instanceof AnalysisError && error.code === 'TT_ANALYSIS_BAD_MODEL';

test('any changed byte, any cut and any other layout is refused', () => {
  const bytes = encodeTrees(trainTrees(knownRows(1000, 8), { ...OPTIONS, trees: 5 }), 9);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = bytes.map((byte, place) => (place === at ? byte ^ 0x41 : byte));
    assert.throws(() => decodeTrees(changed, LAYOUT), BAD_MODEL, `byte ${at}`);
  }
  for (let length = 0; length < bytes.length; length += 7) {
    assert.throws(() => decodeTrees(bytes.subarray(0, length), LAYOUT), BAD_MODEL);
  }
  assert.throws(() => decodeTrees(bytes, { layout: 8, features: 3 }), BAD_MODEL);
  assert.throws(() => decodeTrees(bytes, { layout: 9, features: 4 }), BAD_MODEL);
});

test('numbers that are not finite and children out of place are refused, whatever the checksum says', () => {
  const leaf = { features: 3, base: 0, roots: Int32Array.of(0), feature: Int8Array.of(-1) };
  for (const value of [Number.NaN, Infinity]) {
    const trees = { ...leaf, threshold: Float32Array.of(value), left: Int32Array.of(0) };
    assert.throws(() => decodeTrees(encodeTrees(trees, 9), LAYOUT), BAD_MODEL);
  }
  for (const left of [0, 2, 7]) {
    const trees = {
      ...leaf,
      feature: Int8Array.of(0, -1, -1),
      threshold: Float32Array.of(1, 2, 3),
      left: Int32Array.of(left, 0, 0),
    };
    assert.throws(() => decodeTrees(encodeTrees(trees, 9), LAYOUT), BAD_MODEL, `left ${left}`);
  }
});

test('rows without any difference give the share of hits', () => {
  const labels = Float32Array.from({ length: 200 }, (_, row) => (row % 4 === 0 ? 1 : 0));
  const flat = { features: 3, rows: new Float32Array(600), labels, weights: labels.map(() => 1) };
  const trees = trainTrees(flat, OPTIONS);
  assert.ok(Math.abs(probability(logOdds(trees, new Float32Array(3))) - 0.25) < 0.02);
});
