import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { before, describe, type TestContext, test } from 'node:test';
import { createLog, Metrics } from '@trimtab/daemon';
import { type FakeApi, type Step, startFakeApi } from '@trimtab/lab/fake-api.ts';
import { createTestAuthority, type TestAuthority, type TestPair } from '@trimtab/lab/tls.ts';
import { readingAt, say, T0 } from '../test/readings.ts';
import { type AgentOptions, startAgent } from './agent.ts';
import type { Reading, Source } from './collect/index.ts';
import { AgentError } from './errors.ts';
import { readLastSealed, type TlsMaterial } from './push/index.ts';

let authority: TestAuthority;
let server: TestPair;
let tls: TlsMaterial;

before(async () => {
  authority = await createTestAuthority();
  server = await authority.issueServer();
  const client = await authority.issueClient('spiffe://trimtab/tenant/1/cluster/1/node/a');
  tls = { ...client, ca: authority.ca };
});

/** One reading a minute of two containers, from one minute to another after T0. */
function minutes(from: number, to: number): Reading[] {
  const readings: Reading[] = [];
  for (let minute = from; minute <= to; minute += 1) {
    const used = { cpuSeconds: minute * 30, memoryBytes: 1_000 + minute };
    readings.push(readingAt(minute * 60, { a: used, b: used }));
  }
  return readings;
}

const NOTHING_LOST = { refused: 0, dropped: 0, left: 0 };

function sourceOf(readings: Iterable<Reading>): Source {
  return {
    kind: 'test',
    async *read() {
      yield* readings;
    },
  };
}

interface Rig {
  readonly api: FakeApi;
  readonly metrics: Metrics;
  readonly options: AgentOptions;
}

async function rig(t: TestContext, script: readonly Step[] = []): Promise<Rig> {
  const api = await startFakeApi({ server, ca: authority.ca, script });
  const queueDir = await mkdtemp(join(tmpdir(), 'trimtab-agent-'));
  t.after(async () => {
    await api.close();
    await rm(queueDir, { recursive: true });
  });
  const metrics = new Metrics();
  const log = createLog({ process: 'test', write: () => undefined });
  const options: AgentOptions = {
    source: sourceOf(minutes(0, 60)),
    queueDir,
    endpoint: api.endpoint,
    tls,
    log,
    metrics,
    random: () => 0,
    fold: { intervalSeconds: 60 },
  };
  return { api, metrics, options };
}

/** Covered seconds of one container over all batches that were stored. */
function covered(api: FakeApi, name: string): number {
  let seconds = 0;
  for (const { hours } of api.stored) {
    for (const { containers } of hours) {
      for (const { labels, windows } of containers) {
        if (labels['app'] !== name) continue;
        for (const { fromSecond, toSecond } of windows) seconds += toSecond - fromSecond;
      }
    }
  }
  return seconds;
}

describe('an agent', () => {
  test('brings every window of a source to the API, one batch a window, and finishes', async (t) => {
    const { api, options } = await rig(t);

    const progress = await startAgent(options).finished;

    assert.deepEqual(progress, { sealed: 12, acked: 12, refused: 0, dropped: 0, left: 0 });
    assert.equal(api.stored.length, 12);
    assert.deepEqual([covered(api, 'a'), covered(api, 'b')], [3_600, 3_600]);
    assert.ok(api.stored.every(({ rejected }) => rejected.count === 0));
    assert.equal(new Set(api.stored.map(({ identity }) => identity?.epoch)).size, 1);
  });

  test('loses and doubles nothing when answers get lost, and repeats the very same bytes', async (t) => {
    const script: Step[] = Array.from({ length: 12 }, () => ({ kind: 'cut-after-request' }));
    const { api, options } = await rig(t, script);

    const progress = await startAgent({ ...options, push: { backoffBaseSeconds: 0.001 } }).finished;

    assert.equal(progress.acked, 12);
    assert.equal(covered(api, 'a'), 3_600);
    const bodies = new Map<string, number>();
    for (const { body } of api.requests) {
      const bytes = body.toString('hex');
      bodies.set(bytes, (bodies.get(bytes) ?? 0) + 1);
    }
    assert.equal(bodies.size, 12);
    assert.ok(api.requests.length > 12);
  });

  test('goes on past a refused batch', async (t) => {
    const { api, metrics, options } = await rig(t, [{ kind: 'answer', status: 400 }]);

    const progress = await startAgent(options).finished;

    assert.deepEqual([progress.acked, progress.refused, progress.left], [11, 1, 0]);
    assert.equal(api.stored.length, 11);
    assert.match(metrics.text(), /trimtab_agent_batches_total\{outcome="refused"\} 1/);
  });

  test('seals a batch anew when its name is taken, and the API ends up with its windows', async (t) => {
    const { api, options } = await rig(t, [{ kind: 'answer', status: 409 }]);

    const progress = await startAgent({ ...options, push: { lanes: 1 } }).finished;

    assert.deepEqual([progress.refused, progress.left], [0, 0]);
    assert.equal(covered(api, 'a'), 3_600);
    assert.equal(new Set(api.stored.map(({ identity }) => identity?.epoch)).size, 2);
  });

  test('stopped in the middle goes on later exactly where it was, whatever the source repeats', async (t) => {
    const { api, options } = await rig(t);
    const firstHalf = sourceOf(minutes(0, 33));
    await startAgent({ ...options, source: firstHalf }).finished;

    const sealed = await readLastSealed(options.queueDir);
    await startAgent(options).finished;

    assert.equal(sealed?.until, T0 + 33 * 60_000);
    assert.deepEqual([covered(api, 'a'), covered(api, 'b')], [3_600, 3_600]);
    assert.equal(new Set(api.stored.map(({ identity }) => identity?.epoch)).size, 2);
  });

  test('leaves what it cannot deliver by the deadline to the next start', async (t) => {
    const script: Step[] = Array.from({ length: 50 }, () => ({ kind: 'cut-before-request' }));
    const { api, options } = await rig(t, script);
    const { promise: isRead, resolve: onRead } = Promise.withResolvers<void>();
    const source: Source = {
      kind: 'lasting',
      async *read() {
        yield* minutes(0, 60);
        onRead();
        await new Promise(() => undefined);
      },
    };
    const push = { stopSeconds: 0.05, backoffBaseSeconds: 60 };
    const agent = startAgent({ ...options, source, push, random: () => 0.9 });
    await isRead;

    const progress = await agent.stop();
    api.script.length = 0;
    const later = await startAgent({ ...options, source: sourceOf([]) }).finished;

    assert.deepEqual(progress, { sealed: 12, acked: 0, refused: 0, dropped: 0, left: 12 });
    assert.deepEqual(later, { sealed: 0, acked: 12, refused: 0, dropped: 0, left: 0 });
    assert.equal(covered(api, 'a'), 3_600);
  });

  test('pauses reading while too many batches wait', async (t) => {
    const script: Step[] = Array.from({ length: 4 }, () => ({ kind: 'slow-bytes', everyMs: 20 }));
    const { options } = await rig(t, script);
    let read = 0;
    const counted: Source = {
      kind: 'test',
      async *read() {
        for (const reading of minutes(0, 600)) {
          read += 1;
          yield reading;
        }
      },
    };
    // Four batches in flight and one more waiting than is allowed: now the agent pauses.
    const { promise: isFull, resolve: onFull } = Promise.withResolvers<void>();
    const agent = startAgent({
      ...options,
      source: counted,
      push: { maxWaiting: 3, stopSeconds: 0.05 },
      onProgress: ({ sealed }) => sealed === 8 && onFull(),
    });

    await isFull;
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));

    assert.ok(read < 60, `${read} readings were taken`);
    const { left } = await agent.stop();
    assert.equal(left, 9);
  });

  test('ends although its source does not listen to the signal', async (t) => {
    const { options } = await rig(t);
    const deaf: Source = {
      kind: 'deaf',
      async *read() {
        yield* minutes(0, 3);
        await new Promise(() => undefined);
      },
    };
    const agent = startAgent({ ...options, source: deaf });

    const progress = await agent.stop();

    assert.equal(progress.left, 0);
    assert.deepEqual(await agent.stop(), progress);
  });

  test('delivers what a source gave before it failed, then says that it failed', async (t) => {
    const { api, options } = await rig(t);
    const failing: Source = {
      kind: 'failing',
      async *read() {
        yield* minutes(0, 10);
        throw new Error('unplugged');
      },
    };

    await assert.rejects(startAgent({ ...options, source: failing }).finished, (error) => {
      assert.ok(error instanceof AgentError);
      assert.equal(error.code, 'TT_AGENT_SOURCE');
      return true;
    });
    assert.equal(covered(api, 'a'), 600);
  });

  test('says so when its queue’s folder cannot be used', async (t) => {
    const { options } = await rig(t);
    const { finished } = startAgent({ ...options, queueDir: '/dev/null/queue' });

    await assert.rejects(finished, { code: 'TT_AGENT_QUEUE' });
  });

  test('refuses a folder that a living agent holds, and takes nothing from that one', async (t) => {
    const { api, options } = await rig(t);
    const { promise: isRead, resolve: onRead } = Promise.withResolvers<void>();
    const { promise: isEnough, resolve: onEnough } = Promise.withResolvers<void>();
    const source: Source = {
      kind: 'lasting',
      async *read() {
        yield* minutes(0, 30);
        onRead();
        await isEnough;
        yield* minutes(31, 60);
      },
    };
    const first = startAgent({ ...options, source });
    await isRead;

    const held = {
      code: 'TT_AGENT_QUEUE',
      message: new RegExp(`held by process ${process.pid} .+; expected one agent alone: stop`),
    };
    const second = { ...options, metrics: new Metrics() };
    await assert.rejects(startAgent(second).finished, held);
    await assert.rejects(readLastSealed(options.queueDir), held);
    onEnough();

    assert.deepEqual(await first.finished, { ...{ sealed: 12, acked: 12 }, ...NOTHING_LOST });
    assert.equal(covered(api, 'a'), 3_600);
    assert.equal((await readLastSealed(options.queueDir))?.until, T0 + 3_600_000);
    const later = await startAgent({ ...second, source: sourceOf([]) }).finished;
    assert.deepEqual(later, { ...{ sealed: 0, acked: 0 }, ...NOTHING_LOST });
  });

  test('refuses windows a batch out of range and an endpoint without TLS', async (t) => {
    const { options } = await rig(t);

    assert.throws(() => startAgent({ ...options, push: { windowsPerBatch: 13 } }), {
      code: 'TT_AGENT_OPTIONS',
    });
    assert.throws(() => startAgent({ ...options, endpoint: new URL('http://localhost/') }), {
      code: 'TT_AGENT_ENDPOINT',
    });
  });

  test('measures its own work', async (t) => {
    const { metrics, options } = await rig(t, [{ kind: 'store', rejectedDataPoints: 2 }]);
    const odd = {
      at: minutes(61, 61)[0]?.at ?? minutes(0, 0)[0]?.at,
      containers: [say('a', { memoryBytes: -1 })],
    };
    const readings = [...minutes(0, 60), odd as Reading];

    await startAgent({ ...options, source: sourceOf(readings) }).finished;

    const text = metrics.text();
    assert.match(text, /trimtab_agent_readings_total\{outcome="folded"\} 123/);
    assert.match(text, /trimtab_agent_reading_oddities_total\{kind="refused_value"\} 1/);
    assert.match(text, /trimtab_agent_batches_total\{outcome="acked"\} 12/);
    assert.match(text, /trimtab_agent_points_rejected_total 2/);
    assert.match(text, /trimtab_agent_push_seconds_count\{outcome="sent"\} 12/);
    assert.match(text, /trimtab_agent_last_ack_age_seconds \d/);
  });
});
