import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgress, progressLine } from './progress.ts';

test('a line tells count, share and time left once a twentieth is done', () => {
  const line = progressLine({
    name: 'sending',
    unit: 'batches',
    done: 1200,
    total: 4000,
    elapsedMs: 6000,
  });
  assert.equal(line, 'sending: 1,200 of 4,000 batches (30 %), 14s left');
});

test('no time left is guessed before a twentieth is done or without a total', () => {
  const state = { name: 'reading', unit: 'rows', done: 10, elapsedMs: 500 };
  assert.equal(progressLine({ ...state, total: 1000 }), 'reading: 10 of 1,000 rows (1 %)');
  assert.equal(progressLine({ ...state, total: undefined }), 'reading: 10 rows');
});

test('a log gets a line every five seconds, a terminal redraws one', () => {
  const written: string[] = [];
  let at = 0;
  const stream = { isTTY: false, write: (text: string) => written.push(text) };
  const step = createProgress(stream, () => at).step('packing', 'hours', 100);
  for (let done = 0; done < 100; done++) {
    at = done * 100;
    step.update(done);
  }
  step.done();
  assert.equal(written.length, 2);
  assert.equal(written[1], 'packing: 99 hours in 9s\n');
});
