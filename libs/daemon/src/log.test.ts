import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLog, type Log, type LogLevel, ManualClock } from './index.ts';

function logInto(lines: string[], level?: LogLevel): Log {
  return createLog({
    process: 'trimtab-test',
    write: (line) => void lines.push(line),
    clock: new ManualClock(Date.parse('2026-01-02T03:04:05.678Z')),
    ...(level === undefined ? {} : { level }),
  });
}

function onlyLine(lines: readonly string[]): Record<string, unknown> {
  assert.equal(lines.length, 1);
  assert.ok(lines[0]?.endsWith('\n'));
  return JSON.parse(lines[0] ?? '');
}

test('a line carries the common ECS fields and its own under trimtab', () => {
  const lines: string[] = [];
  logInto(lines).warn('push-failed', { attempt: 3, 'url.path': '/v1/metrics' });

  const { 'process.pid': pid, ...line } = onlyLine(lines);
  assert.equal(pid, process.pid);
  assert.deepEqual(line, {
    '@timestamp': '2026-01-02T03:04:05.678Z',
    'log.level': 'warn',
    message: 'push-failed',
    'event.action': 'push-failed',
    'service.name': 'trimtab-test',
    'ecs.version': '8.11.0',
    'trimtab.attempt': 3,
    'url.path': '/v1/metrics',
  });
});

test('what is less urgent than the level is dropped', () => {
  const lines: string[] = [];
  const log = logInto(lines, 'warn');
  log.debug('a');
  log.info('b');
  log.warn('c');
  log.error('d');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)['event.action']),
    ['c', 'd'],
  );
});

test('a log made with fields adds them to every line, and a call may override them', () => {
  const lines: string[] = [];
  logInto(lines).with({ cluster: 'a', node: 'n' }).with({ node: 'm' }).info('x', { cluster: 'b' });
  const line = onlyLine(lines);
  assert.equal(line['trimtab.cluster'], 'b');
  assert.equal(line['trimtab.node'], 'm');
});

test('an error is taken apart, the messages of its causes included', () => {
  const lines: string[] = [];
  const cause = new Error('connection refused');
  const error = Object.assign(new TypeError('push failed', { cause }), { code: 'TT_X' });
  logInto(lines).error('push-failed', { error });
  const line = onlyLine(lines);
  assert.equal(line['error.type'], 'TypeError');
  assert.equal(line['error.message'], 'push failed: connection refused');
  assert.equal(line['error.code'], 'TT_X');
  assert.match(String(line['error.stack_trace']), /log\.test\.ts/);
});

test('long texts, deep objects and long lists are cut', () => {
  const lines: string[] = [];
  const deep = { a: { b: { c: { d: { e: 1 } } } } };
  logInto(lines).info('x', { text: 'y'.repeat(100_000), list: Array(1_000).fill(0), deep });
  const [line = ''] = lines;
  assert.ok(line.length < 4_000);
  assert.match(line, /y\.\.\. \(100000 characters\)/);
  assert.match(line, /\(object\)/);
});

test('absent fields are left out, and numbers that JSON lacks are written as text', () => {
  const lines: string[] = [];
  logInto(lines).info('x', { none: undefined, ratio: Number.NaN, big: 2n ** 64n, nothing: null });
  const line = onlyLine(lines);
  assert.ok(!('trimtab.none' in line));
  assert.equal(line['trimtab.ratio'], 'NaN');
  assert.equal(line['trimtab.big'], '18446744073709551616');
  assert.equal(line['trimtab.nothing'], null);
});

test('texts under the name of a secret are hidden, at any depth', () => {
  const lines: string[] = [];
  logInto(lines).info('x', {
    joinToken: 'abc',
    headers: { Authorization: 'Bearer abc' },
    token: 7,
  });
  const [line = ''] = lines;
  assert.doesNotMatch(line, /abc/);
  assert.match(line, /"trimtab\.token":7/);
});

test('no call throws, whatever the fields hold and even when writing fails', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const hostile = {
    get trap(): never {
      throw new Error('trap');
    },
  };
  const proxy = new Proxy({}, { ownKeys: () => assert.fail('trap') });
  const lines: string[] = [];
  const log = logInto(lines);
  log.info('x', {
    cycle,
    hostile,
    proxy,
    symbol: Symbol('s'),
    fn: () => 1,
    date: new Date(Number.NaN),
  });
  log.info('y', hostile);
  assert.equal(lines.length, 2);

  const failing = createLog({
    process: 'p',
    write: () => assert.fail('disk full'),
    clock: new ManualClock(Number.POSITIVE_INFINITY),
  });
  failing.error('z', { a: 1 });

  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => {
      const before = lines.length;
      log.error('any', fields);
      assert.equal(lines.length, before + 1);
      JSON.parse(lines.at(-1) ?? '');
    }),
  );
});

test("a field cannot take the place of the line's own time, level or event", () => {
  const lines: string[] = [];
  logInto(lines).info('x', { '@timestamp': 'never', 'log.level': 'none', 'event.action': 'y' });
  const line = onlyLine(lines);
  assert.equal(line['@timestamp'], '2026-01-02T03:04:05.678Z');
  assert.equal(line['log.level'], 'info');
  assert.equal(line['event.action'], 'x');
});
