import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boundedQueue, DaemonError } from './index.ts';

test('items come out in the order in which they went in and never exceed the capacity', () => {
  const weights = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant('poll' as const)));
  fc.assert(
    fc.property(weights, fc.integer({ min: 1, max: 30 }), (actions, capacity) => {
      const queue = boundedQueue<number>({ capacity, weigh: (item) => item });
      const model: number[] = [];
      let refused = 0;
      for (const action of actions) {
        if (action === 'poll') {
          assert.equal(queue.poll(), model.shift());
          continue;
        }
        const fits = model.reduce((sum, item) => sum + item, 0) + action <= capacity;
        assert.equal(queue.offer(action), fits);
        refused += fits ? 0 : 1;
        model.push(...(fits ? [action] : []));
      }
      assert.equal(queue.size, model.length);
      assert.equal(queue.refused, refused);
      assert.ok(queue.weight <= capacity);
    }),
  );
});

test('whoever waits gets the next item, first come first served', async () => {
  const queue = boundedQueue<string>({ capacity: 1 });
  const first = queue.take();
  const second = queue.take();

  queue.offer('a');
  queue.offer('b');

  assert.deepEqual(await Promise.all([first, second]), ['a', 'b']);
  assert.equal(queue.size, 0);
});

test('a closed queue refuses, gives out what it holds and then says so', async () => {
  const queue = boundedQueue<string>({ capacity: 3 });
  queue.offer('a');
  queue.close();

  assert.equal(queue.offer('b'), false);
  assert.equal(await queue.take(), 'a');
  assert.equal(await queue.take(), undefined);
});

test('closing wakes those who wait with nothing', async () => {
  const queue = boundedQueue<string>({ capacity: 3 });
  const waiting = queue.take();

  queue.close();

  assert.equal(await waiting, undefined);
});

test('an aborted wait does not swallow a later item', async () => {
  const queue = boundedQueue<string>({ capacity: 3 });
  const control = new AbortController();
  const waiting = queue.take(control.signal);

  control.abort(new Error('enough'));

  await assert.rejects(waiting, /enough/);
  await assert.rejects(queue.take(control.signal), /enough/);
  queue.offer('a');
  assert.equal(queue.poll(), 'a');
});

test('an item whose weight is not a number is refused, and so is a capacity of zero', () => {
  const queue = boundedQueue<number>({ capacity: 3, weigh: (item) => item });
  assert.equal(queue.offer(Number.NaN), false);
  assert.equal(queue.offer(-1), false);
  assert.throws(() => boundedQueue({ capacity: 0 }), DaemonError);
});
