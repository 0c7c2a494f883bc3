import assert from 'node:assert/strict';
import process from 'node:process';
import { describe, test } from 'node:test';
import { SimulatedDisk } from '../../test/simulated-disk.ts';
import type { Disk } from './disk.ts';
import { lockFolder } from './folder-lock.ts';
import { encodeHolder, type Holder, isLiving, thisProcess } from './holder.ts';

/** Above every process id that a machine gives out. */
const NO_PID = 2 ** 22 + 1;

/** A folder in which somebody left a claim. */
function leftBy(holder: Holder): SimulatedDisk {
  const disk = new SimulatedDisk();
  disk.put('holder-00000003.lock', encodeHolder(holder));
  return disk;
}

/** The same disk as another process sees it, which is slow to create. */
function withCreate(disk: SimulatedDisk, create: Disk['create']): Disk {
  return {
    list: () => disk.list(),
    readAll: (name) => disk.readAll(name),
    read: (name, at, length) => disk.read(name, at, length),
    remove: (name) => disk.remove(name),
    create,
  };
}

describe('a lock of a folder', () => {
  test('refuses a second holder with what to do, and lets one in once it is released', async () => {
    const disk = new SimulatedDisk();
    const lock = await lockFolder(disk, '/queue');

    await assert.rejects(lockFolder(disk, '/queue'), {
      code: 'TT_AGENT_QUEUE',
      message: `queue folder /queue is held by process ${process.pid} (holder-00000001.lock); expected one agent alone: stop that process or give this one a queueDir of its own, and if that process is no agent, remove holder-00000001.lock`,
    });
    await lock.release();

    assert.deepEqual(disk.fileNames, []);
    await lockFolder(disk, '/queue');
  });

  test('takes over from a process that is gone and removes what it left', async () => {
    const disk = leftBy({ ...(await thisProcess()), pid: NO_PID });

    await lockFolder(disk, '/queue');

    assert.deepEqual(disk.fileNames, ['holder-00000004.lock']);
  });

  test('takes over where the process id belongs to another start by now', async (t) => {
    const self = await thisProcess();
    if (self.startTicks === null) return t.diagnostic('this platform names no start times');

    await lockFolder(leftBy({ ...self, startTicks: self.startTicks - 1 }), '/queue');
  });

  test('takes over what was held before a reboot, whatever runs under that id now', async () => {
    const self = await thisProcess();

    await lockFolder(leftBy({ ...self, bootId: 'another boot' }), '/queue');

    await assert.rejects(lockFolder(leftBy(self), '/queue'), { code: 'TT_AGENT_QUEUE' });
  });

  test('takes over from a process that died while it claimed', async () => {
    const disk = new SimulatedDisk();
    disk.put('holder-00000001.lock', new Uint8Array());
    disk.put('holder-00000002.lock', new TextEncoder().encode('{"pid":1,"sta'));
    disk.put('holder-00000003.lock', new TextEncoder().encode('{"pid":-1}'));

    await lockFolder(disk, '/queue');

    assert.deepEqual(disk.fileNames, ['holder-00000004.lock']);
  });

  test('holds a full disk without a claim, so that its queue can be sent, but not against a living holder', async () => {
    const full = leftBy({ ...(await thisProcess()), pid: NO_PID });
    full.capacity = full.usedBytes;
    const held = leftBy(await thisProcess());
    held.capacity = held.usedBytes + 5;

    const lock = await lockFolder(full, '/queue');

    assert.match(lock.unwritten?.message ?? '', /ENOSPC/);
    await lock.release();
    await assert.rejects(lockFolder(held, '/queue'), { code: 'TT_AGENT_QUEUE' });
  });

  test('lets in one of many that start at once over what a dead one left', async () => {
    const disk = leftBy({ ...(await thisProcess()), pid: NO_PID });

    const starts = Array.from({ length: 8 }, () => lockFolder(disk, '/queue'));
    const ends = await Promise.allSettled(starts);

    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.deepEqual(disk.fileNames, ['holder-00000004.lock']);
  });

  test('refuses a start whose claim was not yet written when another took the folder', async () => {
    const disk = new SimulatedDisk();
    const { promise: isMade, resolve: onMade } = Promise.withResolvers<void>();
    const { promise: mayWrite, resolve: onMayWrite } = Promise.withResolvers<void>();
    const slow = lockFolder(
      withCreate(disk, async (name) => {
        const file = await disk.create(name);
        onMade();
        await mayWrite;
        return file;
      }),
      '/queue',
    );
    await isMade;

    await lockFolder(disk, '/queue');
    onMayWrite();

    await assert.rejects(slow, { code: 'TT_AGENT_QUEUE' });
    assert.deepEqual(disk.fileNames, ['holder-00000002.lock']);
  });

  test('refuses a start that looked before another took over, left, and a third came', async () => {
    const disk = leftBy({ ...(await thisProcess()), pid: NO_PID });
    const { promise: hasLooked, resolve: onLooked } = Promise.withResolvers<void>();
    const { promise: mayCreate, resolve: onMayCreate } = Promise.withResolvers<void>();
    const slow = lockFolder(
      withCreate(disk, async (name) => {
        onLooked();
        await mayCreate;
        return await disk.create(name);
      }),
      '/queue',
    );
    await hasLooked;

    await (await lockFolder(disk, '/queue')).release();
    await lockFolder(disk, '/queue');
    onMayCreate();

    await assert.rejects(slow, { code: 'TT_AGENT_QUEUE' });
    assert.deepEqual(disk.fileNames, ['holder-00000001.lock']);
  });
});

test('a process that runs is living and one that never was is not', async () => {
  const self = await thisProcess();

  assert.equal(await isLiving(self), true);
  assert.equal(await isLiving({ ...self, pid: NO_PID }), false);
});
