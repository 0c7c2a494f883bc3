import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from './options.ts';

test('takes the folder from the option before the environment', () => {
  const parsed = parseOptions(['--traces', 'a', '--sets', 'x, y'], { TRIMTAB_TRACES: 'b' });
  assert.deepEqual(parsed, {
    kind: 'options',
    options: { traces: 'a', sets: ['x', 'y'], isJson: false, isCheck: false, out: 'docs' },
  });
  const fromEnvironment = parseOptions(['--json'], { TRIMTAB_TRACES: 'b' });
  assert.ok(fromEnvironment.kind === 'options');
  assert.deepEqual([fromEnvironment.options.traces, fromEnvironment.options.isJson], ['b', true]);
});

test('refuses what cannot be meant, in words', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /no folder of recordings/],
    [['--traces', 'a', '--sets', 'x,,y'], /parted by commas/],
    [['--traces', 'a', '--json', '--check'], /expected one of them/],
    [['--traces', 'a', '--fast'], /--fast/],
    [['--traces'], /--traces/],
  ];
  for (const [args, message] of cases) {
    const parsed = parseOptions(args, {});
    assert.ok(parsed.kind === 'refused', args.join(' '));
    assert.match(parsed.message, message);
  }
  assert.equal(parseOptions(['--help'], {}).kind, 'help');
});
