import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { SAMPLES_FOLDER } from '@trimtab/traces';
import { type BacktestOptions, type BacktestProgress, backtest } from './backtest.ts';

const folder = mkdtempSync(join(tmpdir(), 'trimtab-backtest-'));
after(() => rmSync(folder, { recursive: true }));

const AZURE = join(SAMPLES_FOLDER, 'azure2017-vms.csv.gz');
const HEADER = 'series,t,cpu_cores,memory_bytes';

function run(path: string, options: Partial<BacktestOptions> = {}) {
  return backtest({ paths: [path], policy: 'balanced', json: false, ...options });
}

/** A trace of one series: CPU 0.2 to 0.3 cores by the hour, memory as given by the day. */
function writeTrace(name: string, days: number, memoryOf: (day: number) => string): string {
  const rows = Array.from({ length: days * 288 }, (_, i) => {
    const cpu = 0.2 + ((i % 288) / 288) * 0.1;
    return `vm-1,${i * 300},${cpu.toFixed(4)},${memoryOf(Math.floor(i / 288))}`;
  });
  const path = join(folder, name);
  writeFileSync(path, [HEADER, ...rows, ''].join('\n'));
  return path;
}

interface Line {
  readonly series: string;
  readonly t: number;
  readonly cpu_cores: number | null;
  readonly memory_bytes: number | null;
}

function emitted(path: string): Line[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line): Line => JSON.parse(line));
}

test('scores the policy beside its peers on a recorded set', async () => {
  const outcome = await run(AZURE);
  assert.ok(outcome.kind === 'done');
  for (const name of ['trimtab balanced', 'VPA', 'KRR', 'Autopilot window', 'envelope (']) {
    assert.ok(outcome.text.includes(`\n${name}`), `no row for ${name}`);
  }
  assert.ok(outcome.text.includes('Memory: no day could be scored'));
});

test('stays within what the policy is known to reach on a recorded set', async () => {
  const outcome = await run(AZURE, { json: true });
  assert.ok(outcome.kind === 'done');
  const report = JSON.parse(outcome.text);
  assert.deepEqual([report.policy, report.sets.length], ['balanced', 1]);
  const { cpu, memory, set } = report.sets[0];
  assert.equal(set, 'azure2017-vms');
  assert.equal(memory, undefined);
  const [own, vpa] = cpu.scores;
  assert.ok(own.miss < 0.09, `missed ${own.miss}`);
  assert.ok(cpu.againstEnvelope.ratio.value < 1.15, `ratio ${cpu.againstEnvelope.ratio.value}`);
  assert.ok(vpa.miss > 0.15 && vpa.miss < 0.4, `VPA missed ${vpa.miss}`);
});

test('emits a line a day from the first named number on, null where memory is not measured', async () => {
  const path = writeTrace('no-memory.csv', 9, () => '');
  const emitPath = join(folder, 'no-memory.ndjson');
  const outcome = await run(path, { emitPath });
  assert.equal(outcome.kind, 'done');
  const lines = emitted(emitPath);
  assert.deepEqual(
    lines.map((line) => line.t / 86_400),
    [3, 4, 5, 6, 7, 8],
  );
  for (const line of lines) {
    assert.deepEqual(Object.keys(line), ['series', 't', 'cpu_cores', 'memory_bytes']);
    assert.equal(line.series, 'vm-1');
    assert.ok(line.cpu_cores !== null && line.cpu_cores > 0.25 && line.cpu_cores < 0.6);
    assert.equal(line.memory_bytes, null);
  }
});

test('the numbers emitted are the ones that are judged', async () => {
  const path = writeTrace('judged.csv', 20, (day) => String((100 + ((day * 37) % 50)) * 2 ** 20));
  const emitPath = join(folder, 'judged.ndjson');
  const outcome = await run(path, { emitPath, json: true });
  assert.ok(outcome.kind === 'done');
  const { memory } = JSON.parse(outcome.text).sets[0];
  const scored = emitted(emitPath).filter((line) => line.t >= 7 * 86_400);
  const used = scored.reduce((sum, { t }) => sum + (100 + (((t / 86_400) * 37) % 50)) * 2 ** 20, 0);
  const asked = scored.reduce((sum, line) => sum + (line.memory_bytes ?? 0), 0);
  assert.ok(Math.abs(asked / used - memory.scores[0].footprint.value) < 1e-9);
});

test('a longer recording begins with the same lines', async () => {
  const memoryOf = (day: number) => String((100 + ((day * 37) % 50)) * 2 ** 20);
  const [short, long] = await Promise.all(
    [12, 16].map(async (days) => {
      const emitPath = join(folder, `shift-${days}.ndjson`);
      await run(writeTrace(`shift-${days}.csv`, days, memoryOf), { emitPath });
      return emitted(emitPath);
    }),
  );
  assert.ok(short !== undefined && long !== undefined);
  assert.deepEqual(long.slice(0, short.length), short);
});

test('tells how far it has come', async () => {
  const seen: BacktestProgress[] = [];
  const path = writeTrace('progress.csv', 3, () => '1000000');
  await backtest({ paths: [path], policy: 'savings', json: false }, (step) => seen.push(step));
  assert.deepEqual(seen, [{ path, series: 1, rows: 864 }]);
});

test('a recording too short to be scored is reported, not refused', async () => {
  const outcome = await run(writeTrace('short.csv', 4, () => '1000000'));
  assert.ok(outcome.kind === 'done');
  assert.ok(outcome.text.includes('CPU: no day could be scored'));
});

test('broken trace files are refused with their place and exit code 2, and leave no emit file', async () => {
  const whole = readFileSync(writeTrace('whole.csv', 8, () => '1000000'));
  const files = {
    'truncated.csv.gz': gzipSync(whole).subarray(0, 5000),
    'columns.csv': 'series,t,cpu_cores\nvm,0,1\n',
    'order.csv': `${HEADER}\nvm,300,1,1\nvm,0,1,1\n`,
    'number.csv': `${HEADER}\nvm,0,abc,1\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    writeFileSync(path, content);
    const emitPath = join(folder, `${name}.ndjson`);
    const outcome = await run(path, { emitPath });
    assert.ok(outcome.kind === 'refused', name);
    assert.equal(outcome.exitCode, 2);
    assert.ok(outcome.message.includes(name) && /\(TT_TRACE_[A-Z]+\)$/.test(outcome.message));
    assert.ok(!existsSync(emitPath) && !existsSync(`${emitPath}.part`));
  }
});

test('no path, several paths with one emit file and an unwritable emit file are refused', async () => {
  const path = writeTrace('fine.csv', 3, () => '1000000');
  const outcomes = [
    await backtest({ paths: [], policy: 'savings', json: false }),
    await backtest({ paths: [path, path], policy: 'savings', json: false, emitPath: 'x' }),
    await run(path, { emitPath: join(folder, 'nowhere', 'x.ndjson') }),
    await run(join(folder, 'missing.csv')),
  ];
  const wanted = [
    /no trace file given/,
    /--emit takes one/,
    /cannot be written/,
    /TT_TRACE_MISSING/,
  ];
  for (const [slot, outcome] of outcomes.entries()) {
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.message, wanted[slot] ?? /never/);
  }
});
