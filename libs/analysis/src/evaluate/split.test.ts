import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTuningSeries } from './split.ts';

test('splits by bit 16 of FNV-1a, whose published values for these words are known', () => {
  const known = { a: 0xe40c292c, b: 0xe70c2de5, foo: 0xa9f37ed7, foobar: 0xbf9cf968 };
  for (const [word, hash] of Object.entries(known)) {
    assert.equal(isTuningSeries(word), ((hash >>> 16) & 1) === 0, word);
  }
});

test('gives about as many series to either half', () => {
  const ids = Array.from({ length: 2000 }, (_, place) => `bb-${place.toString(16)}`);
  const report = ids.filter((id) => !isTuningSeries(id)).length;
  assert.ok(report > 850 && report < 1150, String(report));
});
