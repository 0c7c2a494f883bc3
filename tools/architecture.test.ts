/** ARCHITECTURE.md's import table is law: this compares it with every package.json, both ways. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '..');
const SCOPE = '@trimtab/';

interface Row {
  readonly ours: readonly string[];
  readonly third: readonly string[];
  readonly builtins: boolean;
}

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function list(cell: string): string[] {
  return cell === '–' || cell === 'none' ? [] : cell.split(',').map((name) => name.trim());
}

/** The rows of the table headed `| package | may import (ours) | ...`, by package name. */
function importTable(markdown: string): Map<string, Row> {
  const lines = markdown.split('\n');
  const head = lines.findIndex((line) => line.startsWith('| package | may import (ours)'));
  assert.ok(head >= 0, 'ARCHITECTURE.md: found no import table');
  const rows = new Map<string, Row>();
  for (const line of lines.slice(head + 2)) {
    if (!line.startsWith('|')) break;
    const [name = '', ours = '', third = '', builtins = ''] = cells(line);
    rows.set(name, { ours: list(ours), third: list(third), builtins: builtins === 'yes' });
  }
  return rows;
}

function manifests(): Map<string, { dir: string; dependencies: string[] }> {
  const found = new Map<string, { dir: string; dependencies: string[] }>();
  for (const file of globSync('{apps/*,libs/*,lab}/package.json', { cwd: ROOT })) {
    const manifest = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
    const name = String(manifest.name).replace(SCOPE, '');
    found.set(name, {
      dir: join(ROOT, dirname(file)),
      dependencies: Object.keys(manifest.dependencies ?? {}),
    });
  }
  return found;
}

const table = importTable(readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8'));
const packages = manifests();

function sources(dir: string): string[] {
  return globSync('**/*.{ts,tsx}', { cwd: dir, exclude: (path) => path === 'node_modules' })
    .filter((file) => !file.includes('node_modules'))
    .map((file) => join(dir, file));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found: string[] = [];
  for (const match of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)) {
    if (match[1] !== undefined) found.push(match[1]);
  }
  return found;
}

test('every package has a row in the import table and every row a package', () => {
  assert.deepEqual([...packages.keys()].sort(), [...table.keys()].sort());
});

for (const [name, row] of table) {
  if (row.ours.includes('everything')) continue;
  test(`${name} declares exactly what its row of the import table says`, () => {
    const declared = packages.get(name)?.dependencies ?? [];
    const ours = declared.filter((d) => d.startsWith(SCOPE)).map((d) => d.replace(SCOPE, ''));
    const third = declared.filter((d) => !d.startsWith(SCOPE));
    assert.deepEqual([...ours].sort(), [...row.ours].sort());
    assert.deepEqual([...third].sort(), [...row.third].sort());
  });
}

for (const [name, { dir }] of packages) {
  test(`no relative import of ${name} leaves the package`, () => {
    const leaving = sources(dir).flatMap((file) =>
      importsOf(file)
        .filter((path) => path.startsWith('.'))
        .filter((path) => relative(dir, resolve(dirname(file), path)).startsWith('..'))
        .map((path) => `${relative(ROOT, file)} imports ${path}`),
    );
    assert.deepEqual(leaving, []);
  });
}

for (const [name, row] of table) {
  if (row.builtins) continue;
  test(`${name} runs without Node: its sources import no built-in module`, () => {
    const dir = packages.get(name)?.dir ?? '';
    const found = sources(dir)
      .filter((file) => !/\.test\.ts$/.test(file))
      .flatMap((file) => importsOf(file).map((path) => ({ file, path })))
      .filter(({ path }) => path.startsWith('node:'))
      .map(({ file, path }) => `${relative(ROOT, file)} imports ${path}`);
    assert.deepEqual(found, []);
  });
}

test('SQL is spoken by store alone: no other package imports the PostgreSQL driver', () => {
  const found = [...packages]
    .filter(([name]) => name !== 'store' && name !== 'lab')
    .flatMap(([, { dir }]) => sources(dir))
    .filter((file) => importsOf(file).some((path) => path === 'pg' || path === 'kysely'));
  assert.deepEqual(found, []);
});
