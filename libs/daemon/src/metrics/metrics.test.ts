import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addProcessMetrics, DaemonError, Metrics } from '../index.ts';

function isRefused(error: unknown): boolean {
  return error instanceof DaemonError && error.code === 'TT_METRIC_DECLARATION';
}

test('counters, gauges and histograms are written exactly as the text format asks', () => {
  const metrics = new Metrics();
  const pushes = metrics.counter('trimtab_pushes_total', 'Pushes, by outcome.', [
    'outcome',
    'node',
  ]);
  const depth = metrics.gauge('trimtab_queue_batches', 'Batches in the queue.\nNow \\ here.');
  const took = metrics.histogram('trimtab_push_seconds', 'Time of a push.', [0.1, 1], ['outcome']);

  pushes.inc({ outcome: 'sent', node: 'a"b\\c\nd' });
  pushes.add(2.5, { outcome: 'refused', node: 'e' });
  depth.set(3);
  depth.add(-1);
  took.observe(0.1, { outcome: 'sent' });
  took.observe(0.5, { outcome: 'sent' });
  took.observe(7, { outcome: 'sent' });

  assert.equal(
    metrics.text(),
    [
      '# HELP trimtab_push_seconds Time of a push.',
      '# TYPE trimtab_push_seconds histogram',
      'trimtab_push_seconds_bucket{outcome="sent",le="0.1"} 1',
      'trimtab_push_seconds_bucket{outcome="sent",le="1"} 2',
      'trimtab_push_seconds_bucket{outcome="sent",le="+Inf"} 3',
      'trimtab_push_seconds_sum{outcome="sent"} 7.6',
      'trimtab_push_seconds_count{outcome="sent"} 3',
      '# HELP trimtab_pushes_total Pushes, by outcome.',
      '# TYPE trimtab_pushes_total counter',
      'trimtab_pushes_total{outcome="sent",node="a\\"b\\\\c\\nd"} 1',
      'trimtab_pushes_total{outcome="refused",node="e"} 2.5',
      '# HELP trimtab_queue_batches Batches in the queue.\\nNow \\\\ here.',
      '# TYPE trimtab_queue_batches gauge',
      'trimtab_queue_batches 2',
      '',
    ].join('\n'),
  );
});

test('a metric without labels is there from the start, one with labels from its first update', () => {
  const metrics = new Metrics();
  metrics.counter('trimtab_a_total', 'A.');
  metrics.counter('trimtab_b_total', 'B.', ['kind']);
  metrics.histogram('trimtab_c_seconds', 'C.', [1]);
  const text = metrics.text();
  assert.match(text, /^trimtab_a_total 0$/m);
  assert.doesNotMatch(text, /trimtab_b_total/);
  assert.match(text, /^trimtab_c_seconds_bucket\{le="\+Inf"\} 0$/m);
});

test('numbers that are not finite are written as the format spells them', () => {
  const metrics = new Metrics();
  const gauge = metrics.gauge('trimtab_ratio', 'Ratio.', ['k']);
  gauge.set(Number.NaN, { k: 'a' });
  gauge.set(Number.POSITIVE_INFINITY, { k: 'b' });
  gauge.set(Number.NEGATIVE_INFINITY, { k: 'c' });
  assert.match(metrics.text(), /\{k="a"\} NaN\n.*\{k="b"\} \+Inf\n.*\{k="c"\} -Inf\n/);
});

test('buckets are cumulative and agree with count and sum for any values', () => {
  const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { maxLength: 50 });
  fc.assert(
    fc.property(values, (observed) => {
      const metrics = new Metrics();
      const bounds = [-5, -1, 0, 0.5, 3];
      const histogram = metrics.histogram('trimtab_x_seconds', 'X.', bounds);
      for (const value of observed) {
        histogram.observe(value);
      }
      const text = metrics.text();
      for (const bound of bounds) {
        const below = observed.filter((value) => value <= bound).length;
        assert.ok(text.includes(`trimtab_x_seconds_bucket{le="${bound}"} ${below}\n`));
      }
      assert.ok(text.includes(`trimtab_x_seconds_count ${observed.length}\n`));
    }),
  );
});

test('label sets beyond the limit are dropped and counted; those held go on', () => {
  const metrics = new Metrics({ maxLabelSets: 2 });
  const counter = metrics.counter('trimtab_a_total', 'A.', ['pod']);
  for (const pod of ['p1', 'p2', 'p3', 'p4', 'p1']) {
    counter.inc({ pod });
  }
  const text = metrics.text();
  assert.match(text, /^trimtab_a_total\{pod="p1"\} 2$/m);
  assert.doesNotMatch(text, /p3|p4/);
  assert.match(text, /^trimtab_metric_updates_refused_total\{metric="trimtab_a_total"\} 2$/m);
});

test('updates with bad values or wrong labels are refused and counted, never thrown', () => {
  const metrics = new Metrics();
  const counter = metrics.counter('trimtab_a_total', 'A.', ['k']);
  counter.add(-1, { k: 'x' });
  counter.add(Number.NaN, { k: 'x' });
  counter.inc();
  // @ts-expect-error a label that was not declared; plain JavaScript could pass it.
  counter.inc({ k: 'x', other: 'y' });
  metrics.histogram('trimtab_b_seconds', 'B.', [1]).observe(Number.POSITIVE_INFINITY);
  const text = metrics.text();
  assert.match(text, /refused_total\{metric="trimtab_a_total"\} 4$/m);
  assert.match(text, /refused_total\{metric="trimtab_b_seconds"\} 1$/m);
  assert.doesNotMatch(text, /^trimtab_a_total/m);
});

test('label values are cut, so that no series carries a page of text', () => {
  const metrics = new Metrics();
  metrics.counter('trimtab_a_total', 'A.', ['k']).inc({ k: 'x'.repeat(10_000) });
  assert.match(metrics.text(), /^trimtab_a_total\{k="x{128}"\} 1$/m);
});

test('bad declarations are refused by name, unit, help, label and bound', () => {
  const metrics = new Metrics();
  const bad: (() => unknown)[] = [
    () => metrics.counter('trimtab_pushes', 'No _total.'),
    () => metrics.counter('Trimtab_pushes_total', 'Upper case.'),
    () => metrics.counter('trimtab_wait_ms_total', 'Wrong unit.'),
    () => metrics.gauge('trimtab_used_mb', 'Wrong unit.'),
    () => metrics.gauge('trimtab_pushes_total', 'A gauge is no total.'),
    () => metrics.gauge('trimtab_push_count', 'Reserved.'),
    () => metrics.gauge('trimtab_depth', ' '),
    () => metrics.gauge('trimtab_depth', 'Label.', ['Bad-label']),
    () => metrics.gauge('trimtab_depth', 'Twice.', ['a', 'a']),
    () => metrics.histogram('trimtab_push', 'No unit.', [1]),
    () => metrics.histogram('trimtab_push_seconds', 'le.', [1], ['le']),
    () => metrics.histogram('trimtab_push_seconds', 'None.', []),
    () => metrics.histogram('trimtab_push_seconds', 'Falling.', [2, 1]),
    () => metrics.histogram('trimtab_push_seconds', 'Infinite.', [1, Number.POSITIVE_INFINITY]),
  ];
  for (const declare of bad) {
    assert.throws(declare, isRefused);
  }
});

test('the same declaration twice is one metric; another meaning of the name is refused', () => {
  const metrics = new Metrics();
  metrics.counter('trimtab_a_total', 'A.', ['k']).inc({ k: 'x' });
  metrics.counter('trimtab_a_total', 'A.', ['k']).inc({ k: 'x' });
  assert.match(metrics.text(), /^trimtab_a_total\{k="x"\} 2$/m);
  assert.throws(() => metrics.counter('trimtab_a_total', 'Other help.', ['k']), isRefused);
  assert.throws(() => metrics.counter('trimtab_a_total', 'A.', ['other']), isRefused);
  metrics.gauge('trimtab_things', 'Things.');
  assert.throws(() => metrics.histogram('trimtab_things', 'Things.', [1]), isRefused);
});

test('a collector runs before each exposition, and one that throws does not spoil it', () => {
  const metrics = new Metrics();
  const gauge = metrics.gauge('trimtab_turns', 'Turns.');
  metrics.onCollect(() => gauge.add(1));
  metrics.onCollect(() => assert.fail('broken collector'));
  metrics.text();
  const text = metrics.text();
  assert.match(text, /^trimtab_turns 2$/m);
  assert.match(text, /refused_total\{metric="collector"\} 2$/m);
});

test('a process says how much CPU and memory it uses', () => {
  const metrics = new Metrics();
  const stop = addProcessMetrics(metrics);
  const text = metrics.text();
  stop();
  assert.match(text, /^process_resident_memory_bytes [1-9]\d{6,}$/m);
  assert.match(text, /^process_cpu_seconds_total \d+\.\d+$/m);
  assert.match(text, /^process_start_time_seconds \d{10}(\.\d+)?$/m);
});
