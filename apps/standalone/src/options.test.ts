import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions } from './options.ts';

test('keeps its data below the current folder unless told otherwise', () => {
  assert.equal(readOptions([], {}, '/').dataDir, '/.trimtab');
  assert.equal(readOptions([], { TRIMTAB_DATA_DIR: 'd' }, '/home/a').dataDir, '/home/a/d');
  assert.equal(readOptions(['--data', '/x'], { TRIMTAB_DATA_DIR: 'd' }, '/').dataDir, '/x');
});

test('refuses a port that is none and says what it expects', () => {
  for (const port of ['-1', '70000', 'http', '1.5', '']) {
    assert.throws(() => readOptions([`--port=${port}`], {}, '/'), /expected a whole number/);
  }
});

test('refuses an unknown option with the list of known ones', () => {
  assert.throws(() => readOptions(['--twice'], {}, '/'), /--twice[\s\S]*--once/);
});

test('takes an empty database address for none', () => {
  assert.equal(readOptions([], { TRIMTAB_DATABASE_URL: '' }, '/').databaseUrl, undefined);
});
