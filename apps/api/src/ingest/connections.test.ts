import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import test from 'node:test';
import { ManualClock } from '@trimtab/daemon';
import { Connections } from './connections.ts';

class WatchedSocket extends Socket {
  isEnded: boolean = false;

  override end(): this {
    this.isEnded = true;
    return this;
  }
}

function setUp(random: () => number = () => 0.5) {
  const clock = new ManualClock();
  const counts: number[] = [];
  const connections = new Connections({
    ...{ clock, random, lifeMs: 1000 },
    onCount: (open) => counts.push(open),
  });
  const server = new EventEmitter();
  connections.watch(server);
  const open = () => {
    const socket = new WatchedSocket();
    server.emit('secureConnection', socket);
    return socket;
  };
  return { clock, connections, counts, open };
}

test('ends an idle connection at its age, which is 80 to 100 % of the longest', () => {
  const draws = [0, 0.999];
  const { clock, open } = setUp(() => draws.shift() ?? 0);
  const [young, old] = [open(), open()];

  clock.advance(799);
  assert.deepEqual([young.isEnded, old.isEnded], [false, false]);
  clock.advance(1);
  assert.deepEqual([young.isEnded, old.isEnded], [true, false]);
  clock.advance(200);

  assert.equal(old.isEnded, true);
});

test('lets a request of an old connection end, and closes with its answer', () => {
  const { clock, connections, open } = setUp();
  const socket = open();
  connections.begun(socket);

  assert.equal(connections.shouldClose(socket), false);
  clock.advance(1000);
  assert.equal(connections.shouldClose(socket), true);
  assert.equal(socket.isEnded, false);
  connections.ended(socket);

  assert.equal(socket.isEnded, true);
});

test('ends every idle connection when the process leaves', () => {
  const { connections, open } = setUp();
  const [idle, busy] = [open(), open()];
  connections.begun(busy);

  connections.leave();

  assert.deepEqual([idle.isEnded, busy.isEnded], [true, false]);
  assert.equal(connections.shouldClose(busy), true);
});

test('forgets a connection that closed, and its timer', () => {
  const { clock, counts, open } = setUp();

  open().emit('close');

  assert.deepEqual(counts, [1, 0]);
  assert.equal(clock.pendingTimers, 0);
});
