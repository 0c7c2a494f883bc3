/** Generated code is committed only because this proves that regenerating it changes nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';

function generate(...args: string[]) {
  const script = join(import.meta.dirname, 'generate.ts');
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', timeout: 60_000 });
}

test('regenerating the committed code changes nothing', () => {
  const { status, stderr } = generate('--check');
  assert.equal(status, 0, stderr);
});

test('an unknown argument is refused before anything is written', () => {
  const { status, stderr } = generate('--all');
  assert.equal(status, 2);
  assert.match(stderr, /found argument '--all'; expected --check or nothing/);
});
