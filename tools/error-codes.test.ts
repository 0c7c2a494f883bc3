/** docs/reference/errors.md lists every stable error code of the sources, and no other. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '..');
const CODE = /\bTT_[A-Z][A-Z0-9_]*[A-Z0-9]\b/g;

function codesIn(text: string): string[] {
  return text.match(CODE) ?? [];
}

function codesOfSources(): Set<string> {
  const files = globSync('{apps,libs}/*/src/**/*.ts', { cwd: ROOT }).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  return new Set(files.flatMap((file) => codesIn(readFileSync(join(ROOT, file), 'utf8'))));
}

test('every error code is in the reference and every code of the reference is in use', () => {
  const documented = readFileSync(join(ROOT, 'docs/reference/errors.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `TT_'))
    .flatMap((line) => codesIn(line.split('|')[1] ?? ''));
  assert.equal(new Set(documented).size, documented.length, 'a code is listed twice');
  assert.deepEqual([...codesOfSources()].sort(), [...documented].sort());
});
