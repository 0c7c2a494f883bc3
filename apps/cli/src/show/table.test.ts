import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from './table.ts';

const columns = [
  { title: 'NAME', maxWidth: 6 },
  { title: 'CPU', align: 'right' },
] as const;

test('aligns numbers to the right and leaves no trailing blanks', () => {
  const text = formatTable(
    columns,
    [
      ['web', '5m'],
      ['db', '1500m'],
    ],
    { color: false },
  );
  assert.equal(text, 'NAME    CPU\nweb      5m\ndb    1500m');
});

test('cuts a long cell with an ellipsis', () => {
  const text = formatTable(columns, [['a-long-name', '1']], { color: false });
  assert.ok(text.includes('a-lon…'));
});

test('replaces control characters so that a name cannot steer the terminal', () => {
  const text = formatTable(columns, [['a\u001b[2J', '1']], { color: false });
  assert.ok(!text.includes('\u001b'));
});

test('shows only the titles where there are no rows', () => {
  assert.equal(formatTable(columns, [], { color: false }), 'NAME  CPU');
});

test('paints a styled cell only when colour is wanted', () => {
  const rows = [[{ text: 'web', style: 'good' as const }, '1']];
  assert.ok(formatTable(columns, rows, { color: true }).includes('\u001b[32m'));
  assert.ok(!formatTable(columns, rows, { color: false }).includes('\u001b'));
});
