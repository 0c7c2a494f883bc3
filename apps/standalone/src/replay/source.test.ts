import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reading } from '@trimtab/agent';
import type { SampleSeries } from '@trimtab/traces';
import { bytes, cores, epochMs } from '@trimtab/units';
import { replaySource } from './source.ts';

const END = epochMs(Date.UTC(2026, 10, 24));

function sample(
  id: string,
  t: readonly number[],
  steps?: Pick<NonNullable<SampleSeries['steps']>, 'oomKills'>,
): SampleSeries {
  const none = () => new Uint8Array(t.length);
  return {
    set: 'set',
    isSynthetic: steps !== undefined,
    workload: {
      namespace: 'set',
      kind: 'Deployment',
      name: id,
      container: 'main',
      pod: `${id}-0`,
      podUid: id,
    },
    labels: {},
    allocation: { cpuRequest: cores(0.5), memoryLimit: bytes(1000) },
    whyMissing: {},
    series: {
      id,
      stepSeconds: 300,
      t: Int32Array.from(t),
      cpuCores: Float64Array.from(t, (_, i) => i + 1),
      memoryBytes: Float64Array.from(t, () => Number.NaN),
    },
    ...(steps === undefined
      ? {}
      : {
          steps: {
            oomKills: steps.oomKills,
            restarts: none(),
            throttledSeconds: new Float64Array(t.length),
            startedAt: new Int32Array(t.length),
          },
        }),
  };
}

async function readingsOf(source: ReturnType<typeof replaySource>): Promise<Reading[]> {
  const readings: Reading[] = [];
  for await (const reading of source.read(new AbortController().signal)) readings.push(reading);
  return readings;
}

test('a sample is read at the end of the step it covers, on a day that ends at the given midnight', async () => {
  const readings = await readingsOf(replaySource({ samples: [sample('a', [0, 300])], end: END }));
  const start = END - 86_400_000;
  assert.deepEqual(
    readings.map((reading) => reading.at),
    [start + 300_000, start + 600_000],
  );
});

test('series of different length end together and share a reading where both have a sample', async () => {
  const long = sample('long', [0, 86_400]);
  const short = sample('short', [0]);
  const readings = await readingsOf(replaySource({ samples: [long, short], end: END }));
  assert.deepEqual(
    readings.map(({ containers }) => containers.map(({ key }) => key.ownerName)),
    [['long'], ['long', 'short']],
  );
});

test('a missing memory reading stays absent and sizes are told in millicores', async () => {
  const [reading] = await readingsOf(replaySource({ samples: [sample('a', [0])], end: END }));
  const container = reading?.containers[0];
  assert.equal(container?.memoryBytes, undefined);
  assert.ok(container !== undefined && !('memoryBytes' in container));
  assert.deepEqual(container.sizes, { cpuRequest: 500, memoryLimit: 1000 });
});

test('kills and restarts are told only of a series that counted them', async () => {
  const samples = [sample('a', [0]), sample('b', [0], { oomKills: Uint8Array.from([0]) })];
  const [reading] = await readingsOf(replaySource({ samples, end: END }));
  const [uncounted, counted] = reading?.containers ?? [];
  assert.equal('oomKills' in (uncounted ?? {}), false);
  assert.equal('restarts' in (uncounted ?? {}), false);
  assert.deepEqual([counted?.oomKills, counted?.restarts], [0, 0]);
});

test('a resumed replay skips what lies before but keeps its counters', async () => {
  const kills = sample('a', [0, 300, 600], { oomKills: Uint8Array.from([1, 0, 1]) });
  const from = epochMs(END - 86_400_000 + 600_000);
  const readings = await readingsOf(replaySource({ samples: [kills], end: END, from }));
  assert.deepEqual(
    readings.map(({ containers }) => containers[0]?.oomKills),
    [1, 2],
  );
});

test('nothing more is read once the signal is aborted', async () => {
  const abort = new AbortController();
  const source = replaySource({ samples: [sample('a', [0, 300, 600])], end: END });
  let seen = 0;
  for await (const _ of source.read(abort.signal)) {
    seen += 1;
    abort.abort();
  }
  assert.equal(seen, 1);
});
