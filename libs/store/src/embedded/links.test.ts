import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { linkMissing } from './links.ts';

function tree(list: unknown): string {
  const root = join(mkdtempSync(join(tmpdir(), 'trimtab-links-')), 'copy');
  mkdirSync(join(root, 'lib'), { recursive: true });
  writeFileSync(join(root, 'lib', 'libx.so.1.2'), 'library');
  writeFileSync(join(root, 'pg-symlinks.json'), JSON.stringify(list));
  return root;
}

it('makes missing and broken links, wherever the tree was copied to', (t) => {
  const root = tree([
    { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' },
    { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' },
  ]);
  t.after(() => rmSync(join(root, '..'), { recursive: true }));
  symlinkSync('nowhere', join(root, 'lib', 'libx.so.1'));

  linkMissing(root);
  linkMissing(root);

  assert.equal(readFileSync(join(root, 'lib', 'libx.so'), 'utf8'), 'library');
  assert.equal(readFileSync(join(root, 'lib', 'libx.so.1'), 'utf8'), 'library');
});

it('passes over entries that would lead out of the tree', (t) => {
  const root = tree([{ source: 'native/lib/libx.so.1.2', target: 'native/../../out' }, 7, null]);
  t.after(() => rmSync(join(root, '..'), { recursive: true }));

  linkMissing(root);

  assert.throws(() => readFileSync(join(root, '..', '..', 'out')), { code: 'ENOENT' });
});
