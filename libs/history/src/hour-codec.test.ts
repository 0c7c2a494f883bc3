import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeSketch, Sketch } from '@trimtab/sketch';
import { ByteWriter } from '@trimtab/sketch/bytes';
import { bytes, cores } from '@trimtab/units';
import fc from 'fast-check';
import { roundToBucket, roundToWholeBucket } from './bucket-code.ts';
import { HistoryError } from './errors.ts';
import { decodeHour, decodeQuarter, encodeHour, encodeQuarter } from './hour-codec.ts';
import { presentFields } from './present.ts';
import { fivePoints } from './replica-spread.ts';
import type { FivePoints, HotPod, HourContent, ReplicaSpread, TrackPoint } from './types.ts';

const BARE = { coveredSeconds: 0, replicas: 1, oomKills: 0, restarts: 0, track: [] };

const sketch = fc
  .array(fc.oneof(fc.double({ min: 0, max: 8, noNaN: true }), fc.nat()), {
    minLength: 1,
    maxLength: 9,
  })
  .map((values) => Sketch.of(values));
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(of, { nil: undefined, freq: 2 });
const core = fc.double({ min: 0, max: 64, noNaN: true }).map(cores);
const size = fc.nat({ max: 2 ** 34 }).map(bytes);

const point = fc
  .record({
    index: fc.nat({ max: 11 }),
    coveredSeconds: fc.constantFrom(300, 600, 17),
    cpuSeconds: maybe(fc.constant(16)),
    cpuMean: maybe(core),
    cpuPeak: maybe(core),
    memoryPeak: maybe(size),
  })
  .map((fields): TrackPoint => {
    const { cpuSeconds, ...rest } = fields;
    return presentFields({
      ...rest,
      cpuSeconds: rest.cpuMean === undefined ? undefined : cpuSeconds,
    });
  });
const track = fc
  .uniqueArray(point, { selector: (each) => each.index, maxLength: 12 })
  .map((points) => points.sort((a, b) => a.index - b.index));
const sorted = <T extends number>(of: fc.Arbitrary<T>): fc.Arbitrary<FivePoints<T>> =>
  fc
    .array(of, { minLength: 5, maxLength: 5 })
    .map((values) => values.sort((a, b) => a - b))
    .map((values) => fivePoints((place) => values[place] ?? values[0] ?? assert.fail()));
const roundCore = core.map((value) => cores(roundToBucket(value)));
const roundSize = size.map((value) => bytes(roundToWholeBucket(value)));
const hotPod = fc
  .record({
    pod: fc.nat({ max: 2 ** 32 - 1 }),
    coveredSeconds: fc.constantFrom(3600, 3600, 120),
    cpuMean: maybe(roundCore),
    cpuWindowPeak: maybe(roundCore),
    memoryPeak: maybe(roundSize),
  })
  .map((fields): HotPod => presentFields(fields));
const spread = fc
  .record({
    cpuMeans: maybe(sorted(roundCore)),
    cpuWindowPeaks: maybe(sorted(roundCore)),
    memoryPeaks: maybe(sorted(roundSize)),
    hottest: fc
      .uniqueArray(hotPod, { selector: (each) => each.pod, maxLength: 8 })
      .map((pods) => pods.sort((a, b) => a.pod - b.pod)),
  })
  .map((fields): ReplicaSpread => presentFields(fields));
const hour = fc
  .record({
    coveredSeconds: fc.nat({ max: 3_600_000 }),
    replicas: fc.integer({ min: 1, max: 1_000 }),
    cpu: maybe(sketch),
    cpuMeans: maybe(sketch),
    memory: maybe(sketch),
    memoryPeaks: maybe(sketch),
    startupCpu: maybe(sketch),
    throttledSeconds: maybe(fc.double({ min: 0, max: 1e6, noNaN: true })),
    oomKills: maybe(fc.nat({ max: 300 })),
    oomLimit: maybe(size),
    restarts: maybe(fc.nat({ max: 300 })),
    track,
    spread: maybe(spread),
  })
  .map((fields): HourContent => presentFields(fields));

/** Plain data to compare: sketches as their parts. */
function plain(value: unknown): unknown {
  const text = JSON.stringify({ value }, (_, each) => {
    if (!(each instanceof Sketch)) return each;
    const { scale, count, sum, min, max, zeroCount, offset, bucketCounts } = each;
    return { scale, count, sum, min, max, zeroCount, offset, bucketCounts };
  });
  return JSON.parse(text).value;
}

/** The track as it will be read back. */
function rounded(content: HourContent): HourContent {
  const places = content.track.map((each) => {
    const { cpuMean, cpuPeak, memoryPeak } = each;
    const same = each.cpuSeconds === each.coveredSeconds ? undefined : each.cpuSeconds;
    return presentFields({
      ...each,
      cpuSeconds: same,
      cpuMean: cpuMean === undefined ? undefined : cores(roundToBucket(cpuMean)),
      cpuPeak: cpuPeak === undefined ? undefined : cores(roundToBucket(cpuPeak)),
      memoryPeak: memoryPeak === undefined ? undefined : bytes(roundToWholeBucket(memoryPeak)),
    });
  });
  return { ...content, track: places };
}

describe('an encoded hour', () => {
  it('keeps everything exactly but the track, which is rounded to its buckets', () => {
    fc.assert(
      fc.property(hour, (content) => {
        const encoded = encodeHour(content);
        const decoded = decodeHour(encoded);
        assert.deepEqual(plain(decoded.content), plain(rounded(content)));
        assert.equal(decoded.next, encoded.length);
      }),
      { numRuns: 300 },
    );
  });

  it('encodes to the same bytes again after it was read', () => {
    fc.assert(
      fc.property(hour, (content) => {
        const encoded = encodeHour(content);
        assert.deepEqual(encodeHour(decodeHour(encoded).content), encoded);
      }),
    );
  });

  it('can be read from the middle of other bytes', () => {
    fc.assert(
      fc.property(hour, hour, (a, b) => {
        const both = Buffer.concat([encodeHour(a), encodeHour(b)]);
        const first = decodeHour(both);
        assert.deepEqual(plain(decodeHour(both, first.next).content), plain(rounded(b)));
      }),
      { numRuns: 50 },
    );
  });

  it('takes no byte more for none counted or not counted', () => {
    const points = [{ index: 0, coveredSeconds: 300, cpuMean: cores(1), memoryPeak: bytes(5) }];
    const bare = { coveredSeconds: 300, replicas: 1, track: points };
    const none = encodeHour({ ...bare, oomKills: 0, restarts: 0 });
    assert.equal(encodeHour(bare).length, none.length);
    const { content } = decodeHour(none);
    assert.deepEqual([content.oomKills, content.restarts], [0, 0]);
    assert.equal(decodeHour(encodeHour(bare)).content.oomKills, undefined);
  });

  it('is refused where it holds a number of kills that nobody counted', () => {
    const writer = new ByteWriter();
    writer.byte(1);
    writer.varint((1 << 6) | (1 << 19));
    for (const value of [1, 1, 0]) writer.varint(value);
    assert.throws(() => decodeHour(writer.finish()), /kills that were not counted/);
  });

  it('leaves sketches without values out', () => {
    const empty = {
      coveredSeconds: 300,
      replicas: 1,
      cpu: new Sketch(),
      oomKills: 0,
      restarts: 0,
      track: [],
    };
    assert.equal(decodeHour(encodeHour(empty)).content.cpu, undefined);
  });

  it('is refused where it holds a sketch without values, which is never written', () => {
    const cpu = Sketch.of([0]);
    const encoded = encodeHour({ ...BARE, cpu });
    const at = encoded.length - 1 - encodeSketch(cpu).length;
    const emptied = [...encoded.slice(0, at), ...encodeSketch(new Sketch()), 0];
    assert.throws(() => decodeHour(Uint8Array.from(emptied)), /cpu without values/);
  });

  it('is refused where its track is out of order or off the hour', () => {
    const base = { coveredSeconds: 600, replicas: 1, oomKills: 0, restarts: 0 };
    const at = (index: number): TrackPoint => ({ index, coveredSeconds: 300 });
    for (const points of [[at(3), at(1)], [at(3), at(3)], [at(12)], [at(-1)], [at(0.5)]]) {
      assert.throws(() => encodeHour({ ...base, track: points }), { code: 'TT_HISTORY_BAD_INPUT' });
    }
  });

  it('is refused or gives a valid hour after any change of its bytes', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(hour, fc.array(change, { minLength: 1, maxLength: 3 }), (content, changes) => {
        const encoded = encodeHour(content);
        for (const { at, to } of changes) encoded[at % encoded.length] = to;
        try {
          const { content: decoded } = decodeHour(encoded);
          assert.deepEqual(plain(decodeHour(encodeHour(decoded)).content), plain(decoded));
        } catch (error) {
          assert.ok(error instanceof HistoryError, String(error));
          assert.equal(error.code, 'TT_HISTORY_CORRUPT');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is refused when cut off anywhere', () => {
    fc.assert(
      fc.property(hour, fc.nat(), (content, cut) => {
        const encoded = encodeHour(content);
        const short = encoded.subarray(0, cut % encoded.length);
        assert.throws(() => decodeHour(short), { code: 'TT_HISTORY_CORRUPT' });
      }),
    );
  });
});

describe('a quarter', () => {
  const quarter = fc.array(maybe(hour), { minLength: 6, maxLength: 6 });

  it('keeps six hours and which of them are missing', () => {
    fc.assert(
      fc.property(quarter, (hours) => {
        const encoded = encodeQuarter(hours);
        const expected = hours.map((each) => (each === undefined ? undefined : rounded(each)));
        assert.deepEqual(decodeQuarter(encoded).map(plain), expected.map(plain));
        assert.deepEqual(encodeQuarter(decodeQuarter(encoded)), encoded);
      }),
    );
  });

  it('refuses any other number of hours, other versions, and bytes left over', () => {
    const none = new Array<undefined>(6).fill(undefined);
    assert.throws(() => encodeQuarter(none.slice(1)), { code: 'TT_HISTORY_BAD_INPUT' });
    const encoded = encodeQuarter(none);
    assert.throws(() => decodeQuarter(Uint8Array.from([...encoded, 0])), /1 bytes after its end/);
    assert.throws(() => decodeQuarter(Uint8Array.from([7, 0])), /quarter: found version 7/);
    assert.throws(() => decodeQuarter(Uint8Array.from([1, 64])), { code: 'TT_HISTORY_CORRUPT' });
    assert.throws(() => decodeQuarter(new Uint8Array(0)), { code: 'TT_HISTORY_CORRUPT' });
  });
});
