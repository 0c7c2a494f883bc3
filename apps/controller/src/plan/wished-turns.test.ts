import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannerTurn } from './planner.ts';
import { wishedTurns } from './wished-turns.ts';

test('a wish made while a turn is under way reaches the next turn', async () => {
  const forced: boolean[] = [];
  const first = Promise.withResolvers<PlannerTurn>();
  const turns = wishedTurns((force) => {
    forced.push(force);
    return forced.length === 1 ? first.promise : Promise.resolve({ kind: 'idle' });
  });

  const underWay = turns.turn();
  turns.force();
  first.resolve({ kind: 'idle' });
  await underWay;
  await turns.turn();
  await turns.turn();

  assert.deepEqual(forced, [false, true, false]);
});

test('a wish outlives a turn that had lost the lead', async () => {
  const forced: boolean[] = [];
  const turns = wishedTurns((force) => {
    forced.push(force);
    return Promise.resolve(forced.length === 1 ? { kind: 'lost' } : { kind: 'idle' });
  });

  turns.force();
  await turns.turn();
  await turns.turn();

  assert.deepEqual(forced, [true, true]);
});
