import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Sketch } from './sketch.ts';
import { decayWeight, weightedQuantile } from './weighted.ts';

const values = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), {
  minLength: 1,
  maxLength: 40,
});
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });

/** The exact weighted quantile of plain values. */
function exact(parts: readonly { all: readonly number[]; weight: number }[], q: number): number {
  const pairs = parts
    .flatMap(({ all, weight }) => all.map((value) => ({ value, weight })))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => a.value - b.value);
  const total = pairs.reduce((sum, { weight }) => sum + weight, 0);
  let seen = 0;
  for (const { value, weight } of pairs) {
    seen += weight;
    if (seen >= q * total * (1 - 1e-12)) return value;
  }
  return pairs.at(-1)?.value ?? Number.NaN;
}

describe('decayWeight', () => {
  it('halves with every half-life', () => {
    assert.deepEqual(
      [0, 10, 20, 30].map((age) => decayWeight(age, 10)),
      [1, 0.5, 0.25, 0.125],
    );
    assert.equal(decayWeight(1e12, Infinity), 1);
  });

  it('refuses ages and half-lives that make no sense', () => {
    for (const [age, halfLife] of [
      [-1, 1],
      [Number.NaN, 1],
      [1, 0],
      [1, -1],
      [1, Number.NaN],
      [Infinity, 1],
    ] as const) {
      assert.throws(() => decayWeight(age, halfLife), { code: 'TT_SKETCH_BAD_WEIGHT' });
    }
  });
});

describe('weightedQuantile', () => {
  it('is within half a bucket of the exact weighted quantile', () => {
    // Weights that are sums of powers of two: their sums are exact, so no rank is in doubt.
    const weight = fc.constantFrom(0, 0.125, 0.5, 1, 4);
    const part = fc.record({ all: values, weight });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), share, (parts, q) => {
        const sketches = parts.map(({ all, weight: each }) => ({
          sketch: Sketch.of(all),
          weight: each,
        }));
        const found = weightedQuantile(sketches, q);
        if (parts.every(({ weight: each }) => each === 0)) return assert.equal(found, undefined);
        const scale = Math.min(...sketches.map(({ sketch }) => sketch.scale));
        const base = 2 ** (2 ** -scale);
        const expected = exact(parts, q);
        const error = Math.abs((found ?? Number.NaN) - expected);
        assert.ok(
          error <= expected * ((base - 1) / (base + 1)) * (1 + 1e-9),
          `${found} ${expected}`,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('equals the plain quantile where all weights are equal, but for exact ends', () => {
    fc.assert(
      fc.property(values, values, share, (a, b, q) => {
        const parts = [a, b].map((all) => ({ sketch: Sketch.of(all), weight: 0.5 }));
        const pooled = Sketch.of([...a, ...b]);
        const plain = pooled.quantile(q) ?? Number.NaN;
        const weighted = weightedQuantile(parts, q) ?? Number.NaN;
        assert.ok(Math.abs(weighted - plain) <= plain * 0.0109 * 2 ** (5 - pooled.scale));
      }),
    );
  });

  it('pools sketches of any scales and any distance without a huge array', () => {
    const parts = [
      { sketch: Sketch.of([1e-300], { scale: 20 }), weight: 1 },
      { sketch: Sketch.of([1e300], { scale: 20 }), weight: 1 },
    ];
    const low = weightedQuantile(parts, 0.25) ?? Number.NaN;
    assert.ok(low >= 1e-300 && low < 1e-299);
  });

  it('leaves out sketches without weight or values', () => {
    const parts = [
      { sketch: new Sketch(), weight: 1 },
      { sketch: Sketch.of([100]), weight: 0 },
      { sketch: Sketch.of([0, 0, 0, 8]), weight: 2 },
    ];
    assert.equal(weightedQuantile(parts, 0.75), 0);
    assert.ok(Math.abs((weightedQuantile(parts, 0.76) ?? 0) - 8) <= 8 * 0.0109);
    assert.deepEqual([weightedQuantile(parts, 0), weightedQuantile(parts, 1)], [0, 8]);
    assert.equal(weightedQuantile([], 0.5), undefined);
  });

  it('refuses weights and quantiles that make no sense', () => {
    const sketch = Sketch.of([1]);
    for (const weight of [-1, Number.NaN, Infinity]) {
      assert.throws(() => weightedQuantile([{ sketch, weight }], 0.5), {
        code: 'TT_SKETCH_BAD_WEIGHT',
      });
    }
    assert.throws(() => weightedQuantile([{ sketch, weight: 1 }], 1.5), {
      code: 'TT_SKETCH_BAD_QUANTILE',
    });
  });
});
