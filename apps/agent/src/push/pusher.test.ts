import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createLog, ManualClock } from '@trimtab/daemon';
import { batchOf } from '../../test/batches.ts';
import { SimulatedDisk } from '../../test/simulated-disk.ts';
import type { SendOutcome } from './outcome.ts';
import { Pusher, type PusherOptions } from './pusher.ts';
import { Queue } from './queue.ts';
import { scanSegment } from './record.ts';
import { RefusedFiles } from './refused.ts';
import type { Reply } from './transport.ts';

const NEVER = new AbortController().signal;
const OK: Reply = { kind: 'answer', status: 200, headers: {}, body: new Uint8Array() };
const BROKEN: Reply = { kind: 'broken', reason: 'ECONNRESET' };

function status(code: number, headers: Record<string, string> = {}): Reply {
  return { kind: 'answer', status: code, headers, body: new Uint8Array() };
}

interface Post {
  readonly seq: number;
  readonly atMs: number;
  readonly bytes: string;
}

interface Rig {
  readonly queue: Queue;
  readonly disk: SimulatedDisk;
  readonly clock: ManualClock;
  readonly posts: Post[];
  readonly outcomes: SendOutcome['kind'][];
  readonly events: string[];
  readonly pusher: Pusher;
  /** Most posts that were under way at once. */
  most(): number;
}

/** A pusher over a queue of `batches`, whose API is the function `answer`. */
async function rig(
  t: TestContext,
  batches: number,
  answer: (seq: number, attempt: number) => Reply | Promise<Reply>,
  options: Partial<PusherOptions> = {},
): Promise<Rig> {
  const disk = new SimulatedDisk();
  const clock = new ManualClock();
  const events: string[] = [];
  const write = (line: string): void => void events.push(String(JSON.parse(line).message));
  const log = createLog({ process: 'test', clock, write });
  const queue = await Queue.open({ disk, maxBytes: 1e6, maxHeldBytes: 1e5, clock, log });
  for (let seq = 1; seq <= batches; seq += 1) await queue.append([batchOf(seq)]);
  const posts: Post[] = [];
  const outcomes: SendOutcome['kind'][] = [];
  let underWay = 0;
  let most = 0;
  const pusher = new Pusher({
    queue,
    refused: new RefusedFiles({ disk, maxBytes: 10_000, log }),
    transport: {
      post: async (body) => {
        const seq = new DataView(body.buffer, body.byteOffset).getUint32(0);
        posts.push({ seq, atMs: clock.monotonicMs(), bytes: Buffer.from(body).toString('hex') });
        underWay += 1;
        most = Math.max(most, underWay);
        const reply = await answer(seq, posts.filter((post) => post.seq === seq).length);
        underWay -= 1;
        return reply;
      },
      close: () => undefined,
    },
    reseal: async () => undefined,
    lanes: 1,
    backoff: { baseMs: 1_000, capMs: 60_000 },
    clock,
    random: () => 0.5,
    log,
    onAttempt: (outcome) => outcomes.push(outcome.kind),
    onSettled: () => undefined,
    ...options,
  });
  pusher.start();
  t.after(async () => {
    await pusher.stop();
    await queue.close();
    assert.equal(clock.pendingTimers, 0);
  });
  return { queue, disk, clock, posts, outcomes, events, pusher, most: () => most };
}

describe('a pusher', () => {
  test('sends in order and settles what was taken, also duplicates', async (t) => {
    const { posts, queue } = await rig(t, 5, (seq) =>
      seq === 3 ? status(200, { 'trimtab-batch': 'duplicate' }) : OK,
    );

    await queue.drained(NEVER);

    assert.deepEqual(
      posts.map(({ seq }) => seq),
      [1, 2, 3, 4, 5],
    );
    assert.equal(queue.counts.acked, 5);
  });

  test('sends the same bytes again after a broken connection, with jitter that doubles up to its cap', async (t) => {
    const { clock, posts, queue, events } = await rig(t, 1, (_, attempt) =>
      attempt <= 9 ? BROKEN : OK,
    );

    await clock.advanceSettling(400_000);
    await queue.drained(NEVER);

    assert.equal(new Set(posts.map(({ bytes }) => bytes)).size, 1);
    const waits = posts.slice(1).map(({ atMs }, index) => atMs - (posts[index]?.atMs ?? 0));
    assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    assert.deepEqual(
      events.filter((event) => event.startsWith('push')),
      ['push-failed', 'push-recovered'],
    );
  });

  test('lets all lanes wait for a Retry-After, and no longer', async (t) => {
    const { clock, posts, queue } = await rig(
      t,
      4,
      (seq, attempt) => (seq <= 2 && attempt === 1 ? status(503, { 'retry-after': '30' }) : OK),
      { lanes: 2, random: () => 0 },
    );

    await clock.advanceSettling(29_999);
    assert.equal(posts.length, 2);
    await clock.advanceSettling(60_000);
    await queue.drained(NEVER);

    assert.ok(posts.slice(2).every(({ atMs }) => atMs >= 30_000));
    assert.equal(posts[2]?.atMs, 30_000);
  });

  test('has no more batches in flight than lanes', async (t) => {
    const { most, queue } = await rig(
      t,
      20,
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return OK;
      },
      { lanes: 4 },
    );

    await queue.drained(NEVER);

    assert.equal(most(), 4);
  });

  test('sets a refused batch aside with its reason and goes on with the rest', async (t) => {
    const { disk, posts, queue } = await rig(t, 4, (seq) => (seq === 2 ? status(400) : OK));

    await queue.drained(NEVER);

    assert.deepEqual(
      posts.map(({ seq }) => seq),
      [1, 2, 3, 4],
    );
    assert.deepEqual([queue.counts.acked, queue.counts.refused], [3, 1]);
    const file = await disk.readAll('refused-00000001.log');
    assert.equal(scanSegment(file).records[0]?.header.identity.seq, 2);
    assert.ok(Buffer.from(file).includes('400'));
  });

  test('keeps refused batches within their bound', async (t) => {
    const { disk, queue } = await rig(t, 400, () => status(400));

    await queue.drained(NEVER);

    assert.equal(queue.counts.refused, 400);
    const files = (await disk.list()).filter(({ name }) => name.startsWith('refused'));
    assert.equal(files.length, 2);
    assert.ok(files.every(({ bytes }) => bytes <= 5_000));
  });

  test('answers a conflict with the same windows under a new name', async (t) => {
    const renamed = batchOf(99, 40, 8n);
    const { posts, queue } = await rig(t, 2, (seq) => (seq === 1 ? status(409) : OK), {
      reseal: async ({ identity }) => ({
        ...renamed,
        header: { ...renamed.header, replaces: identity },
      }),
    });

    await queue.drained(NEVER);

    assert.deepEqual(
      posts.map(({ seq }) => seq),
      [1, 2, 99],
    );
    const { acked, recovered, refused, replaced, sealed } = queue.counts;
    assert.deepEqual([sealed + recovered, acked, refused, replaced], [3, 2, 0, 1]);
  });

  test('does not seal a batch anew for ever: a second conflict is refused', async (t) => {
    const renamed = batchOf(99, 40, 8n);
    const { queue } = await rig(t, 1, () => status(409), {
      reseal: async ({ identity }) => ({
        ...renamed,
        header: { ...renamed.header, replaces: identity },
      }),
    });

    await queue.drained(NEVER);

    assert.deepEqual([queue.counts.replaced, queue.counts.refused], [1, 1]);
  });

  test('drops a batch the disk no longer gives back and goes on', async (t) => {
    const { clock, disk, events, posts, queue } = await rig(t, 3, (_, attempt) =>
      attempt === 1 ? BROKEN : OK,
    );
    const [segment] = disk.fileNames.filter((name) => name.endsWith('.batches'));
    assert.ok(segment);
    const bytes = await disk.readAll(segment);
    const second = scanSegment(bytes).records[1];
    assert.ok(second);
    bytes[second.offset + second.length - 1] = 0xee;
    disk.overwrite(segment, bytes);

    await clock.advanceSettling(10_000);
    await queue.drained(NEVER);

    assert.deepEqual(new Set(posts.map(({ seq }) => seq)), new Set([1, 3]));
    assert.deepEqual([queue.counts.acked, queue.counts.dropped], [2, 1]);
    assert.ok(events.includes('batch-unreadable'));
  });

  test('gives back what is in flight when it is stopped', async (t) => {
    const { pusher, queue } = await rig(t, 3, () => BROKEN, { lanes: 2 });
    await new Promise((resolve) => setImmediate(resolve));

    await pusher.stop();

    assert.equal(queue.inFlight, 0);
    assert.equal(queue.waiting, 3);
  });
});
