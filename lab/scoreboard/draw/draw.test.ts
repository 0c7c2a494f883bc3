import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logScale } from './scale.ts';
import { document, element, label } from './svg.ts';

test('a log scale puts equal ratios equally far apart, and zero at its low end', () => {
  const scale = logScale({ low: 0.01, high: 1 }, { low: 0, high: 200 });
  assert.deepEqual(
    [0, 0.01, 0.1, 1].map((value) => Math.round(scale.at(value))),
    [0, 0, 100, 200],
  );
});

test('ticks keep clear of one another and inside the axis', () => {
  const scale = logScale({ low: 1, high: 2 }, { low: 300, high: 0 });
  assert.deepEqual(scale.ticksOf([0.9, 1, 1.01, 1.2, 1.21, 1.5, 2, 3]), [1, 1.2, 1.5, 2]);
});

test('words and attributes are escaped', () => {
  assert.equal(
    label('a < b & "c"', { x: 1.23456 }),
    '<text x="1.23">a &lt; b &amp; &quot;c&quot;</text>',
  );
  assert.equal(element('g', { id: '"' }), '<g id="&quot;"/>');
  assert.match(document({ width: 1, height: 2 }, '<t>', []), /<title>&lt;t&gt;<\/title>/);
});
