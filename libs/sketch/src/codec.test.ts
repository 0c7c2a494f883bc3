import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeSketch, encodedSize, encodeSketch, mergeEncoded } from './codec.ts';
import { SketchError } from './errors.ts';
import { Sketch } from './sketch.ts';

function partsOf(sketch: Sketch): object {
  const { scale, count, sum, min, max, zeroCount, offset, bucketCounts } = sketch;
  return { scale, count, sum, min, max, zeroCount, offset, bucketCounts };
}

const value = fc.oneof(
  fc.double({ min: 1e-4, max: 1e3, noNaN: true }),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  fc.integer({ min: 0, max: 2 ** 24 }).map((pages) => pages * 4_096),
  fc.constantFrom(0, 1, 0.5, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53, 2 ** 60, 1e300),
);
const counted = fc.record({
  value,
  count: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 2 ** 40 })),
});
const sketch = fc
  .record({
    all: fc.array(counted, { maxLength: 40 }),
    scale: fc.integer({ min: -10, max: 20 }),
    maxBuckets: fc.constantFrom(4, 160, 1_024, 4_096),
  })
  .map(({ all, scale, maxBuckets }) => {
    const made = new Sketch({ scale, maxBuckets });
    for (const each of all) made.add(each.value, each.count + 1);
    return made;
  });

describe('encoding', () => {
  it('keeps everything exactly', () => {
    fc.assert(
      fc.property(sketch, (each) => {
        const bytes = encodeSketch(each);
        const decoded = decodeSketch(bytes);
        assert.deepEqual(partsOf(decoded.sketch), partsOf(each));
        assert.equal(decoded.next, bytes.length);
        assert.equal(encodedSize(each), bytes.length);
        assert.deepEqual(encodeSketch(decoded.sketch), bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('says where it ends, so that sketches can stand one after another', () => {
    fc.assert(
      fc.property(fc.array(sketch, { maxLength: 4 }), (all) => {
        const bytes = Buffer.concat([
          Buffer.from([9, 9]),
          ...all.map(encodeSketch),
          Buffer.from([9]),
        ]);
        let at = 2;
        for (const each of all) {
          const decoded = decodeSketch(bytes, at);
          assert.deepEqual(partsOf(decoded.sketch), partsOf(each));
          at = decoded.next;
        }
        assert.equal(at, bytes.length - 1);
      }),
      { numRuns: 50 },
    );
  });

  it('takes at most 162 bytes for an hour of CPU and 23 for one of memory', () => {
    // A fixed run of noise; 240 samples spread by a third around 0.3 cores, and around 300 MiB by 1 %.
    const noise = Array.from({ length: 240 }, (_, at) => Math.sin(at * at) + Math.sin(at * 1.7));
    const cpu = Sketch.of(noise.map((each) => 0.3 * Math.exp(0.33 * each)));
    const memory = Sketch.of(noise.map((each) => Math.round(76_800 * (1 + 0.01 * each)) * 4_096));
    assert.ok(encodedSize(cpu) <= 162, `${encodedSize(cpu)}`);
    assert.ok(encodedSize(memory) <= 23, `${encodedSize(memory)}`);
  });
});

describe('mergeEncoded', () => {
  it('equals decoding and merging', () => {
    fc.assert(
      fc.property(sketch, sketch, (a, b) => {
        const bytes = encodeSketch(b);
        const expected = a.clone().merge(b);
        const into = a.clone();
        assert.equal(mergeEncoded(into, bytes), bytes.length);
        assert.deepEqual(partsOf(into), partsOf(expected));
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing where the bytes are wrong', () => {
    const into = Sketch.of([1, 2, 3]);
    const before = partsOf(into);
    const bytes = encodeSketch(Sketch.of([0.1, 0.2, 1_000_000]));
    for (let length = 0; length < bytes.length; length += 1) {
      assert.throws(() => mergeEncoded(into, bytes.subarray(0, length)), {
        code: 'TT_SKETCH_CORRUPT',
      });
    }
    assert.deepEqual(partsOf(into), before);
  });

  it('refuses a total past 2^53 and changes nothing', () => {
    const full = new Sketch();
    full.add(1, Number.MAX_SAFE_INTEGER);
    assert.throws(() => mergeEncoded(full, encodeSketch(Sketch.of([1]))), {
      code: 'TT_SKETCH_BAD_COUNT',
    });
    assert.equal(full.count, Number.MAX_SAFE_INTEGER);
  });
});

describe('wrong bytes', () => {
  const decodeOrRefuse = (bytes: Uint8Array): void => {
    let decoded: Sketch;
    try {
      decoded = decodeSketch(bytes).sketch;
    } catch (error) {
      assert.ok(error instanceof SketchError && error.code === 'TT_SKETCH_CORRUPT', String(error));
      return;
    }
    // What was let through must behave as any sketch.
    assert.ok(decoded.bucketCounts.length <= 4_096);
    const sum = decoded.bucketCounts.reduce((all, count) => all + count, 0);
    assert.equal(sum + decoded.zeroCount, decoded.count);
    assert.ok(decoded.count === 0 || (decoded.quantile(0.5) ?? -1) >= 0);
    assert.deepEqual(partsOf(decodeSketch(encodeSketch(decoded)).sketch), partsOf(decoded));
  };

  it('are refused or are a valid sketch, after any change of a few bytes', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(sketch, fc.array(change, { minLength: 1, maxLength: 3 }), (each, changes) => {
        const bytes = encodeSketch(each);
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        decodeOrRefuse(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are refused or are a valid sketch, whatever they are', () => {
    const head = fc.tuple(fc.constant(1), fc.nat({ max: 32 }), fc.nat({ max: 127 }));
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 60 }), (start, rest) => {
        decodeOrRefuse(Uint8Array.from([...start, ...rest]));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are refused when cut off anywhere', () => {
    fc.assert(
      fc.property(sketch, fc.nat(), (each, cut) => {
        const bytes = encodeSketch(each);
        assert.throws(() => decodeSketch(bytes.subarray(0, cut % bytes.length)), {
          code: 'TT_SKETCH_CORRUPT',
        });
      }),
    );
  });

  it('cannot ask for more buckets or a longer span than the limit', () => {
    const hugeCount = [1, 15, 0x15, 0xff, 0xff, 0xff, 0x7f];
    const hugeGap = [1, 15, 0x15, 2, 1, 1, 2, 0, 0x00, 0xc0, 0xff, 0xff, 0xff, 0x7f];
    for (const bytes of [hugeCount, hugeGap]) {
      assert.throws(() => decodeSketch(Uint8Array.from(bytes)), /expected at most 4096/);
    }
  });

  it('of another version are refused by name', () => {
    assert.throws(
      () => decodeSketch(Uint8Array.from([2, 0, 0, 0])),
      /sketch version 2; expected 1/,
    );
  });
});

interface Golden {
  readonly name: string;
  readonly scale: number;
  readonly values: readonly (readonly [number, number])[];
  readonly hex: string;
}

describe('version 1', () => {
  const path = new URL('../testdata/sketch-v1.json', import.meta.url);
  const all: readonly Golden[] = JSON.parse(readFileSync(path, 'utf8'));

  it('still decodes, and is still what is written', () => {
    assert.ok(all.length >= 6);
    for (const { name, scale, values, hex } of all) {
      const expected = new Sketch({ scale });
      for (const [each, count] of values) expected.add(each, count);
      const bytes = Buffer.from(hex, 'hex');
      assert.deepEqual(partsOf(decodeSketch(bytes).sketch), partsOf(expected), name);
      assert.equal(Buffer.from(encodeSketch(expected)).toString('hex'), hex, name);
    }
  });
});
