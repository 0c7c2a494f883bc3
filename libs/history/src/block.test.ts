import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Sketch } from '@trimtab/sketch';
import { bytes, epochHour, epochMs, millicores } from '@trimtab/units';
import fc from 'fast-check';
import { decodeBlock, encodeBlock } from './block.ts';
import { crc32 } from './crc32.ts';
import { HistoryError } from './errors.ts';
import { presentFields } from './present.ts';
import type { ContainerUsage, UsageWindow } from './types.ts';

const hour = epochHour(480_000);
const maybe = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(of, { nil: undefined, freq: 2 });
const sketch = fc
  .array(fc.oneof(fc.double({ min: 0, max: 8, noNaN: true }), fc.nat()), { maxLength: 5 })
  .map((values) => Sketch.of(values));
const name = fc.oneof(
  fc.stringMatching(/^[a-z]{1,3}(-[a-z0-9]{1,4})?$/),
  fc.uuid(),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('', '__proto__', 'constructor', '\ufeffbom', '🙂', '🙃'),
);
const cover = fc.oneof(
  fc.constant({ fromSecond: 0, toSecond: 300 }),
  fc.constant({ fromSecond: 7, toSecond: 290, gapSeconds: 4 }),
  fc.nat({ max: 299 }).map((fromSecond) => ({ fromSecond, toSecond: fromSecond + 1 })),
);
const window = fc
  .record({
    index: fc.nat({ max: 11 }),
    cover,
    cpu: maybe(sketch),
    memory: maybe(sketch),
    startupCpu: maybe(sketch),
    throttledSeconds: maybe(fc.double({ min: 0, max: 300, noNaN: true })),
    oomKills: maybe(fc.nat({ max: 300 })),
    oomLimit: maybe(fc.maxSafeNat().map(bytes)),
    restarts: maybe(fc.nat({ max: 300 })),
  })
  .map(
    ({ index, cover: seconds, ...rest }): UsageWindow => ({
      start: epochMs(hour * 3_600_000 + index * 300_000),
      ...seconds,
      ...presentFields(rest),
    }),
  );
const container = fc.record({
  key: fc.record({
    namespace: name,
    ownerKind: name,
    ownerName: name,
    podName: name,
    podUid: name,
    container: name,
  }),
  labels: fc.dictionary(name, name, { maxKeys: 3, noNullPrototype: true }),
  sizes: fc
    .record({
      cpuRequest: maybe(fc.double({ min: 0, max: 1e6, noNaN: true }).map(millicores)),
      cpuLimit: maybe(fc.nat().map(millicores)),
      memoryRequest: maybe(fc.maxSafeNat().map(bytes)),
      memoryLimit: maybe(fc.constant(bytes(2 ** 28))),
    })
    .map(presentFields),
  windows: fc
    .uniqueArray(window, { selector: (each) => each.start, maxLength: 4 })
    .map((windows) => windows.sort((a, b) => a.start - b.start)),
});
const containers: fc.Arbitrary<ContainerUsage[]> = fc.array(container, { maxLength: 5 });

/** Plain data to compare: sketches as their parts. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each) => {
      if (!(each instanceof Sketch)) return each;
      const { scale, count, sum, min, max, zeroCount, offset, bucketCounts } = each;
      return { scale, count, sum, min, max, zeroCount, offset, bucketCounts };
    }),
  );
}

function withChecksum(block: Uint8Array): Uint8Array {
  const view = new DataView(block.buffer, block.byteOffset);
  view.setUint32(1, crc32(block.subarray(5)), true);
  return block;
}

describe('a body block', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(containers, (all) => {
        const encoded = encodeBlock({ hour, containers: all });
        const decoded = decodeBlock(encoded);
        assert.deepEqual(plain(decoded), plain({ hour, containers: all }));
        assert.deepEqual(encodeBlock(decoded), encoded);
      }),
      { numRuns: 150 },
    );
  });

  it('takes little for each further replica of a workload', () => {
    const replicas = (count: number): ContainerUsage[] =>
      Array.from({ length: count }, (_, at) => ({
        key: {
          namespace: 'shop',
          ownerKind: 'ReplicaSet',
          ownerName: 'web-6c9f8b7d5c',
          container: 'main',
          podName: `web-6c9f8b7d5c-x${1_000 + at}`,
          podUid: `00000000-0000-4000-a000-00000000${1_000 + at}`,
        },
        labels: { app: 'web' },
        sizes: {},
        windows: [],
      }));
    const size = (count: number): number =>
      encodeBlock({ hour, containers: replicas(count) }).length;
    assert.ok((size(101) - size(1)) / 100 <= 40, `${(size(101) - size(1)) / 100}`);
  });

  it('is refused when any single byte was changed', () => {
    const encoded = encodeBlock({
      hour,
      containers: fc.sample(containers, { seed: 1, numRuns: 1 })[0] ?? [],
    });
    for (let at = 0; at < encoded.length; at += 1) {
      const changed = encoded.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => decodeBlock(changed), { code: 'TT_HISTORY_CORRUPT' });
    }
  });

  it('is refused or valid after changes that its checksum does not show, and never huge', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) });
    fc.assert(
      fc.property(containers, fc.array(change, { minLength: 1, maxLength: 3 }), (all, changes) => {
        const encoded = encodeBlock({ hour, containers: all });
        for (const { at, to } of changes) encoded[5 + (at % (encoded.length - 5))] = to;
        try {
          const decoded = decodeBlock(withChecksum(encoded));
          assert.deepEqual(plain(decodeBlock(encodeBlock(decoded))), plain(decoded));
        } catch (error) {
          assert.ok(error instanceof HistoryError, String(error));
          assert.equal(error.code, 'TT_HISTORY_CORRUPT');
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is refused when cut off anywhere, and when bytes are left over', () => {
    fc.assert(
      fc.property(containers, fc.nat(), (all, cut) => {
        const encoded = encodeBlock({ hour, containers: all });
        const short = encoded.slice(0, cut % encoded.length);
        if (short.length > 5) withChecksum(short);
        assert.throws(() => decodeBlock(short), { code: 'TT_HISTORY_CORRUPT' });
        const long = withChecksum(Uint8Array.from([...encoded, 0]));
        assert.throws(() => decodeBlock(long), /1 bytes after its end/);
      }),
    );
  });

  it('is not written with windows of another hour, out of order, or off the grid', () => {
    const good: UsageWindow = { start: epochMs(hour * 3_600_000), fromSecond: 0, toSecond: 300 };
    const write = (windows: UsageWindow[]): Uint8Array => {
      const key = {
        namespace: 'n',
        ownerKind: 'Pod',
        ownerName: '',
        podName: 'p',
        podUid: 'u',
        container: 'c',
      };
      return encodeBlock({ hour, containers: [{ key, labels: {}, sizes: {}, windows }] });
    };
    assert.equal(decodeBlock(write([good])).containers.length, 1);
    const next = { ...good, start: epochMs(good.start + 300_000) };
    const other = { ...good, start: epochMs(good.start - 300_000) };
    const off = { ...good, start: epochMs(good.start + 1) };
    for (const windows of [[other], [next, good], [good, good], [off]]) {
      assert.throws(() => write(windows), { code: 'TT_HISTORY_BAD_INPUT' });
    }
  });

  it('is not written with names or label lists beyond all measure', () => {
    const key = {
      namespace: 'n',
      ownerKind: 'Pod',
      ownerName: '',
      podName: 'p',
      podUid: 'u',
      container: 'c',
    };
    const labels = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`label-${at}`, '']));
    const write = (usage: Partial<ContainerUsage>): unknown =>
      encodeBlock({ hour, containers: [{ key, labels: {}, sizes: {}, windows: [], ...usage }] });
    assert.throws(() => write({ labels }), /found 65 labels on one container/);
    assert.throws(
      () => write({ key: { ...key, podName: 'x'.repeat(1_025) } }),
      /name of 1025 characters/,
    );
  });
});
