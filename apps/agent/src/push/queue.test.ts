import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLog, ManualClock } from '@trimtab/daemon';
import fc from 'fast-check';
import { batchOf } from '../../test/batches.ts';
import { SimulatedDisk } from '../../test/simulated-disk.ts';
import { Queue, type QueuedBatch } from './queue.ts';

const NEVER = new AbortController().signal;

interface Opened {
  readonly queue: Queue;
  readonly events: string[];
  readonly clock: ManualClock;
}

async function open(
  disk: SimulatedDisk,
  limits: { maxBytes?: number; maxHeldBytes?: number } = {},
): Promise<Opened> {
  const events: string[] = [];
  const clock = new ManualClock();
  const write = (line: string): void => void events.push(String(JSON.parse(line).message));
  const log = createLog({ process: 'test', clock, write });
  const { maxBytes = 1_000_000, maxHeldBytes = 100_000 } = limits;
  return { queue: await Queue.open({ disk, maxBytes, maxHeldBytes, clock, log }), events, clock };
}

async function takeAll(queue: Queue): Promise<QueuedBatch[]> {
  const taken: QueuedBatch[] = [];
  while (queue.waiting > 0) taken.push(await queue.next(NEVER));
  return taken;
}

function seqs(batches: readonly QueuedBatch[]): number[] {
  return batches.map(({ header }) => header.identity.seq);
}

describe('a queue', () => {
  test('hands out batches in the order in which they were sealed, with the bytes they were sealed with', async () => {
    const { queue } = await open(new SimulatedDisk());
    for (const seq of [1, 2, 3]) await queue.append([batchOf(seq)]);

    const taken = await takeAll(queue);

    assert.deepEqual(seqs(taken), [1, 2, 3]);
    for (const batch of taken) {
      assert.deepEqual(await queue.body(batch), batchOf(batch.header.identity.seq).body);
    }
    await queue.close();
  });

  test('gives unanswered batches to the next process, answered ones not, and still knows the last one sealed', async () => {
    const disk = new SimulatedDisk();
    const { queue: first } = await open(disk);
    await first.append([batchOf(1), batchOf(2)]);
    await first.append([batchOf(3)]);
    const [one, , three] = await takeAll(first);
    assert.ok(one && three);
    await first.settle(one, 'acked');
    await first.settle(three, 'acked');
    await first.close();

    const { queue: second } = await open(disk);

    assert.equal(second.lastSealed()?.identity.seq, 3);
    assert.deepEqual(seqs(await takeAll(second)), [2]);
    assert.equal(second.counts.recovered, 1);
    await second.close();
  });

  test('knows the last one sealed even when everything was answered and removed, over many restarts', async () => {
    const disk = new SimulatedDisk();
    const { queue } = await open(disk);
    for (let seq = 1; seq <= 40; seq += 1) {
      await queue.append([batchOf(seq, 4_000)]);
      await queue.settle(await queue.next(NEVER), 'acked');
    }
    await queue.close();
    assert.ok(disk.usedBytes < 40_000, `${disk.usedBytes} bytes are left`);

    for (let start = 0; start < 3; start += 1) {
      const { queue: next } = await open(disk);
      assert.equal(next.lastSealed()?.identity.seq, 40 + start);
      assert.equal(next.waiting, 0);
      await next.append([batchOf(41 + start)]);
      await next.settle(await next.next(NEVER), 'acked');
      await next.close();
    }
  });

  test('does not forget what is sealed when an older batch is sealed anew after it', async () => {
    const disk = new SimulatedDisk();
    const { queue: first } = await open(disk);
    for (const seq of [1, 2, 3]) await first.append([batchOf(seq)]);
    const { header, body } = batchOf(1, 40, 8n);
    await first.append([{ header: { ...header, replaces: { epoch: 7n, seq: 1 } }, body }]);
    const until = first.lastSealed()?.sealedUntil;
    await first.close();

    const { queue: second } = await open(disk);

    assert.equal(until, batchOf(3).header.sealedUntil);
    assert.equal(second.lastSealed()?.sealedUntil, batchOf(3).header.sealedUntil);
    await second.close();
  });

  test('puts a batch back to its head when it is given back', async () => {
    const { queue } = await open(new SimulatedDisk());
    await queue.append([batchOf(1), batchOf(2)]);

    queue.giveBack(await queue.next(NEVER));

    assert.deepEqual(seqs(await takeAll(queue)), [1, 2]);
    await queue.close();
  });

  test('drops the oldest batch never sent when its bound is reached, and says so once', async () => {
    const { queue, events } = await open(new SimulatedDisk(), { maxBytes: 200_000 });
    await queue.append([batchOf(1, 10_000)]);
    const sent = await queue.next(NEVER);
    queue.giveBack(sent);

    for (let seq = 2; seq <= 60; seq += 1) await queue.append([batchOf(seq, 10_000)]);

    const left = seqs(await takeAll(queue));
    assert.equal(left[0], 1);
    assert.equal(left.at(-1), 60);
    assert.equal(left.length + queue.counts.dropped, 60);
    assert.ok(left.length >= 15, `${left.length} batches were kept`);
    assert.equal(queue.counts.droppedWindows, 3 * queue.counts.dropped);
    assert.ok(queue.bytes <= 200_000);
    assert.equal(events.filter((event) => event === 'queue-dropping').length, 1);
    await queue.close();
  });

  test('drops a batch larger than the whole queue and nothing else', async () => {
    const { queue } = await open(new SimulatedDisk(), { maxBytes: 50_000 });
    await queue.append([batchOf(1)]);

    await queue.append([batchOf(2, 60_000)]);

    assert.equal(queue.counts.dropped, 1);
    assert.deepEqual(seqs(await takeAll(queue)), [1]);
    await queue.close();
  });
});

describe('a full disk', () => {
  test('holds what cannot be written, reports once, and writes it once there is room', async () => {
    const disk = new SimulatedDisk();
    const { clock, events, queue } = await open(disk);
    await queue.append([batchOf(1, 1_000)]);
    disk.capacity = disk.usedBytes + 500;

    await queue.append([batchOf(2, 1_000)]);
    await queue.append([batchOf(3, 1_000)]);

    assert.equal(queue.isFailing, true);
    assert.equal(queue.lastSealed()?.identity.seq, 1);
    assert.deepEqual(seqs([await queue.next(NEVER)]), [1]);
    disk.capacity = Number.POSITIVE_INFINITY;
    await clock.advanceSettling(15_000);
    assert.deepEqual(seqs([await queue.next(NEVER), await queue.next(NEVER)]), [2, 3]);
    assert.deepEqual(
      events.filter((event) => event.startsWith('queue-write')),
      ['queue-write-failed', 'queue-write-recovered'],
    );
    await queue.close();
    assert.equal(clock.pendingTimers, 0);
  });

  test('lets live batches flow as answers make room', async () => {
    const disk = new SimulatedDisk();
    disk.capacity = 40_000;
    const { queue } = await open(disk);
    for (let seq = 1; seq <= 200; seq += 1) {
      await queue.append([batchOf(seq, 3_000)]);
      if (queue.waiting > 0) await queue.settle(await queue.next(NEVER), 'acked');
    }
    for (const batch of await takeAll(queue)) await queue.settle(batch, 'acked');

    assert.equal(queue.counts.dropped, 0);
    assert.equal(queue.counts.acked, 200);
    await queue.close();
  });

  test('with nobody answering drops the oldest once memory is full too, and keeps the newest', async () => {
    const disk = new SimulatedDisk();
    disk.capacity = 60_000;
    const { queue } = await open(disk, { maxHeldBytes: 20_000 });

    for (let seq = 1; seq <= 100; seq += 1) await queue.append([batchOf(seq, 3_000)]);

    const { counts, inFlight, waiting } = queue;
    assert.equal(counts.sealed, counts.dropped + waiting + inFlight);
    disk.capacity = Number.POSITIVE_INFINITY;
    await queue.append([batchOf(101)]);
    const left = seqs(await takeAll(queue));
    assert.deepEqual(left.slice(-3), [99, 100, 101]);
    assert.deepEqual(
      left,
      [...left].sort((a, b) => a - b),
    );
    assert.ok(left.length > 10, `${left.length} are left`);
    await queue.close();
  });

  test('of a disk that only fails to sync, batches go to a new segment and none is lost or doubled', async () => {
    const disk = new SimulatedDisk();
    const { clock, queue } = await open(disk);
    await queue.append([batchOf(1)]);
    disk.hasBrokenSync = true;
    await queue.append([batchOf(2)]);
    disk.hasBrokenSync = false;
    await clock.advanceSettling(15_000);
    await queue.close();

    const { queue: next } = await open(disk);

    assert.deepEqual(seqs(await takeAll(next)), [1, 2]);
    await next.close();
  });
});

describe('recovery', () => {
  test('ignores files that are not the queue’s and goes on past ones it cannot read', async () => {
    const disk = new SimulatedDisk();
    disk.put('notes.txt', new Uint8Array([1, 2, 3]));
    disk.put('00000003.batches', new Uint8Array(500).fill(0xee));
    disk.put('00000001-00000009.acks', new Uint8Array(7));

    const { queue } = await open(disk);

    assert.equal(queue.waiting, 0);
    assert.equal(queue.lastSealed(), undefined);
    await queue.append([batchOf(1)]);
    assert.deepEqual(disk.fileNames.toSorted(), ['00000010.batches', 'notes.txt']);
    await queue.close();
  });

  test('takes a batch sealed anew as the end of the one it replaces', async () => {
    const disk = new SimulatedDisk();
    const { queue } = await open(disk);
    const old = batchOf(1);
    await queue.append([old]);
    const renamed = batchOf(1, 40, 8n);
    await queue.append([
      { ...renamed, header: { ...renamed.header, replaces: old.header.identity } },
    ]);
    await queue.close();

    const { queue: next } = await open(disk);

    assert.deepEqual(
      (await takeAll(next)).map(({ header }) => header.identity.epoch),
      [8n],
    );
    await next.close();
  });
});

type Operation =
  | { readonly kind: 'append'; readonly sizes: readonly number[] }
  | { readonly kind: 'send' }
  | { readonly kind: 'answer' };

/** What must be true of the disk after the crash. */
interface Ledger {
  readonly synced: Set<number>;
  readonly settled: Set<number>;
  readonly groups: number[][];
  last: number;
}

/** Runs a script until it ends or the disk crashes. */
async function play(disk: SimulatedDisk, script: readonly Operation[]): Promise<Ledger> {
  const ledger: Ledger = { synced: new Set(), settled: new Set(), groups: [], last: 0 };
  const { queue } = await open(disk, { maxBytes: 1_200_000 });
  const inFlight: QueuedBatch[] = [];
  let seq = 0;
  for (const operation of script) {
    if (operation.kind === 'append') {
      const first = seq + 1;
      const group = operation.sizes.map((size, index) => batchOf(first + index, size));
      seq += group.length;
      ledger.groups.push(group.map(({ header }) => header.identity.seq));
      await queue.append(group);
      if (disk.operations >= disk.crashAt) break;
      for (const { header } of group) ledger.synced.add(header.identity.seq);
      ledger.last = seq;
    } else if (operation.kind === 'send') {
      if (queue.waiting > 0) inFlight.push(await queue.next(NEVER));
    } else {
      const batch = inFlight.shift();
      if (batch === undefined) continue;
      ledger.settled.add(batch.header.identity.seq);
      await queue.settle(batch, 'acked');
    }
    if (disk.operations >= disk.crashAt) break;
  }
  return ledger;
}

async function checkRecovery(disk: SimulatedDisk, ledger: Ledger): Promise<void> {
  const { queue } = await open(disk);
  const lastSeq = queue.lastSealed()?.identity.seq ?? 0;
  const recovered = await takeAll(queue);
  const found = new Set(seqs(recovered));
  for (const batch of recovered) {
    const body = (await queue.body(batch)) ?? new Uint8Array();
    const { seq } = batch.header.identity;
    // Not deepEqual: it takes longer than all the rest together.
    assert.ok(Buffer.from(body).equals(batchOf(seq, body.length).body), `bytes of ${seq}`);
  }
  for (const seq of ledger.synced) {
    assert.ok(found.has(seq) || ledger.settled.has(seq), `batch ${seq} was synced and is lost`);
  }
  assert.ok(lastSeq >= ledger.last, `last sealed is ${lastSeq}, not ${ledger.last}`);
  const last = ledger.groups.at(-1) ?? [];
  const isLastThere = last.filter((seq) => found.has(seq) || ledger.settled.has(seq));
  assert.ok(isLastThere.length === 0 || isLastThere.length === last.length, 'half a group');
  assert.equal(recovered.length, found.size, 'a batch is there twice');
  await queue.close();
}

const operations = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('append' as const),
      sizes: fc.array(fc.integer({ min: 8, max: 6_000 }), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('send' as const) }),
    fc.record({ kind: fc.constant('answer' as const) }),
  ),
  { minLength: 10, maxLength: 60 },
);

/** A small generator of uniform numbers in [0, 1); the same seed gives the same ones. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a loss of power', () => {
  test('at any moment loses nothing that was synced, tears no group, and the last sealed stays known', async () => {
    let points = 0;
    const property = fc.asyncProperty(operations, fc.nat(), async (script, seed) => {
      const rehearsal = new SimulatedDisk();
      await play(rehearsal, script);
      for (let crashAt = 1; crashAt <= rehearsal.operations; crashAt += 2) {
        const disk = new SimulatedDisk();
        disk.crashAt = crashAt;
        const ledger = await play(disk, script);
        await checkRecovery(disk.afterCrash(uniform(seed + crashAt)), ledger);
        points += 1;
      }
    });
    await fc.assert(property, { numRuns: 150 });
    assert.ok(points > 1_000, `${points} crash points were tried`);
  });
});
