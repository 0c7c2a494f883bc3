import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { type AgentProgress, readLastSealed } from '@trimtab/agent';
import { type FakeApi, type Step, startFakeApi } from '../fake-api.ts';
import { createTestAuthority } from '../tls.ts';
import type { AgentOrder } from './agent-process.ts';

const PROGRAM = join(import.meta.dirname, 'agent-process.ts');
const START_MS = Date.UTC(2026, 2, 1);
const CONTAINERS = 6;
const HOURS = 72;

interface Rig {
  readonly api: FakeApi;
  readonly order: AgentOrder;
}

async function rig(t: TestContext, script: readonly Step[], queueDir?: string): Promise<Rig> {
  const authority = await createTestAuthority();
  const server = await authority.issueServer();
  const api = await startFakeApi({ server, ca: authority.ca, script });
  const client = await authority.issueClient('spiffe://trimtab/tenant/1/cluster/1/node/a');
  const dir = queueDir ?? (await mkdtemp(join(tmpdir(), 'trimtab-killed-')));
  t.after(async () => {
    await api.close();
    await rm(dir, { recursive: true, force: true });
  });
  const order: AgentOrder = {
    endpoint: api.endpoint.href,
    queueDir: dir,
    tls: { ...client, ca: authority.ca },
    containers: CONTAINERS,
    startMs: START_MS,
    hours: HOURS,
    windowsPerBatch: 12,
  };
  return { api, order };
}

interface Started {
  readonly child: ChildProcess;
  /** Resolves once the process has printed `lines` lines of progress, or has ended. */
  printed(lines: number): Promise<void>;
  last(): AgentProgress | undefined;
  /** What it has written to stderr. */
  errors(): string;
  readonly ended: Promise<number | null>;
}

function start(t: TestContext, order: AgentOrder): Started {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  let count = 0;
  let last: AgentProgress | undefined;
  const waiters: { readonly lines: number; readonly resolve: () => void }[] = [];
  const output = createInterface({ input: child.stdout ?? process.stdin });
  output.on('line', (line) => {
    count += 1;
    last = JSON.parse(line);
    for (const { lines, resolve } of waiters) if (count >= lines) resolve();
  });
  return {
    child,
    ended,
    last: () => last,
    errors: () => errors,
    printed: (lines) =>
      Promise.race([
        new Promise<void>((resolve) => waiters.push({ lines, resolve })),
        ended.then(() => undefined),
      ]),
  };
}

/** The seconds since START_MS that each container's stored windows cover; fails where two overlap. */
function coveredSeconds(api: FakeApi): Map<string, number> {
  const spans = new Map<string, [number, number][]>();
  for (const { hours } of api.stored) {
    for (const { key, windows } of hours.flatMap((hour) => hour.containers)) {
      const known = spans.get(key.podUid) ?? [];
      for (const { fromSecond, start: startMs, toSecond } of windows) {
        const base = (startMs - START_MS) / 1_000;
        known.push([base + fromSecond, base + toSecond]);
      }
      spans.set(key.podUid, known);
    }
  }
  const sums = new Map<string, number>();
  for (const [name, list] of spans) {
    let [end, sum] = [0, 0];
    for (const [from, to] of list.sort(([a], [b]) => a - b)) {
      assert.ok(from >= end, `${name}: seconds from ${from} were stored twice`);
      end = to;
      sum += to - from;
    }
    sums.set(name, sum);
  }
  return sums;
}

async function sizeOf(dir: string): Promise<number> {
  const names = await readdir(dir);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dir, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('an agent killed again and again in the middle of its work loses and doubles nothing', async (t) => {
  const cut: Step[] = Array.from({ length: 30 }, (_, index) => ({
    kind: index % 3 === 0 ? 'cut-after-request' : 'store',
  }));
  const { api, order } = await rig(t, cut);
  let kills = 0;
  for (const lines of [1, 2, 3, 5, 1, 8, 2, 13, 4, 7]) {
    const agent = start(t, order);
    await agent.printed(lines);
    if (agent.child.exitCode === null) kills += 1;
    agent.child.kill('SIGKILL');
    await agent.ended;
  }
  assert.ok(kills >= 8, `only ${kills} of 10 processes were killed at work`);

  const final = start(t, order);
  assert.equal(await final.ended, 0);

  const expected = Array.from({ length: CONTAINERS }, () => HOURS * 3_600);
  assert.deepEqual([...coveredSeconds(api).values()], expected);
  assert.equal(final.last()?.left, 0);
  const sealed = await readLastSealed(order.queueDir);
  assert.equal(sealed?.until, START_MS + HOURS * 3_600_000);
  assert.ok((await sizeOf(order.queueDir)) < 600_000);
});

test('a second agent on a living one’s queue does not start; killed, the first is taken over from', async (t) => {
  const { api, order } = await rig(t, []);
  // The first never ends by itself: its API answers nothing but "later".
  const away: Step[] = Array.from({ length: 100_000 }, () => ({ kind: 'answer', status: 503 }));
  api.script.push(...away);
  const first = start(t, order);
  await first.printed(3);

  const second = start(t, order);
  assert.equal(await second.ended, 1);
  assert.match(
    second.errors(),
    new RegExp(`held by process ${first.child.pid} [^]*TT_AGENT_QUEUE`),
  );
  await assert.rejects(readLastSealed(order.queueDir), { code: 'TT_AGENT_QUEUE' });
  assert.equal(first.child.exitCode, null);
  api.script.length = 0;
  first.child.kill('SIGKILL');
  await first.ended;
  const third = start(t, order);
  assert.equal(await third.ended, 0);

  const expected = Array.from({ length: CONTAINERS }, () => HOURS * 3_600);
  assert.deepEqual([...coveredSeconds(api).values()], expected);
  assert.deepEqual(
    (await readdir(order.queueDir)).filter((name) => name.endsWith('.lock')),
    [],
  );
});

test('an agent that is asked to stop delivers the windows as they stand', async (t) => {
  const { api, order } = await rig(t, []);
  const agent = start(t, { ...order, hours: 24 * 365 });
  await agent.printed(3);

  agent.child.kill('SIGTERM');

  assert.equal(await agent.ended, 0);
  const { left, sealed } = agent.last() ?? {};
  assert.equal(left, 0);
  assert.equal(api.stored.length, sealed);
  coveredSeconds(api);
});

test('an agent whose API is away fills its queue, drops the oldest, and lets the newest through later', async (t) => {
  const away: Step[] = Array.from({ length: 100_000 }, () => ({ kind: 'answer', status: 503 }));
  const { api, order } = await rig(t, away);
  const small = { ...order, hours: 24 * 10, windowsPerBatch: 1, maxQueueBytes: 1_048_576 };
  const agent = start(t, small);
  await agent.printed(2_500);
  api.script.length = 0;

  assert.equal(await agent.ended, 0);

  const progress = agent.last();
  assert.ok(progress !== undefined && progress.dropped > 100);
  assert.equal(progress.left, 0);
  assert.equal(progress.sealed, progress.acked + progress.dropped);
  const ends = api.stored.flatMap(({ hours }) =>
    hours.flatMap(({ containers }) =>
      containers.flatMap(({ windows }) => windows.map((it) => it.start)),
    ),
  );
  assert.equal(Math.max(...ends), START_MS + 24 * 10 * 3_600_000 - 300_000);
  coveredSeconds(api);
});
