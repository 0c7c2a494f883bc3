import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  encodeTrace,
  readTrace,
  readTraceFile,
  TraceError,
  type TraceErrorCode,
  type TraceSeries,
} from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'trimtab-traces-'));
after(() => rmSync(folder, { recursive: true }));

const HEADER = 'series,t,cpu_cores,memory_bytes\n';

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function read(text: string, stepSeconds?: number): Promise<TraceSeries[]> {
  const path = file('set.csv.gz', gzipSync(text));
  return readTraceFile(path, stepSeconds === undefined ? {} : { stepSeconds });
}

async function refuses(
  reading: Promise<unknown>,
  code: TraceErrorCode,
  message: RegExp,
): Promise<void> {
  await assert.rejects(reading, (error) => {
    assert.ok(error instanceof TraceError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

test('series are read with their samples, and absent memory is NaN', async () => {
  const [first, second, ...more] = await read(
    `${HEADER}a,0,0.25,1048576\na,300,1,\na,900,1e-3,0\nb,0,2.5,7\nb,600,0,8\n`,
  );
  assert.deepEqual(first, {
    id: 'a',
    stepSeconds: 300,
    t: Int32Array.of(0, 300, 900),
    cpuCores: Float64Array.of(0.25, 1, 0.001),
    memoryBytes: Float64Array.of(1_048_576, Number.NaN, 0),
  });
  assert.deepEqual([second?.id, second?.stepSeconds, second?.t.length], ['b', 600, 2]);
  assert.deepEqual(more, []);
});

test('columns are found by their names, wherever they stand and whatever stands between', async () => {
  const path = file('other.csv', 'note,memory_bytes,cpu_cores,series,t\nx,5,0.5,a,0\n,,1.5,a,60\n');
  const [series] = await readTraceFile(path);
  assert.deepEqual(series?.cpuCores, Float64Array.of(0.5, 1.5));
  assert.deepEqual(series?.memoryBytes, Float64Array.of(5, Number.NaN));
});

test('lines may end as on Windows', async () => {
  const [series] = await read(`${HEADER}a,0,1,2\na,60,3,4\n`.replaceAll('\n', '\r\n'));
  assert.deepEqual(series?.memoryBytes, Float64Array.of(2, 4));
});

test('the step comes from the caller, from the meta file beside, or from the times', async () => {
  const text = `${HEADER}a,0,1,\na,600,1,\n`;
  const path = file('steps.csv', text);
  assert.equal((await readTraceFile(path))[0]?.stepSeconds, 600);
  file('steps.meta.json', '{"resolution_s": 300}');
  assert.equal((await readTraceFile(path))[0]?.stepSeconds, 300);
  assert.equal((await readTraceFile(path, { stepSeconds: 60 }))[0]?.stepSeconds, 60);
  file('steps.meta.json', '{"resolution_s": 0}');
  await refuses(readTraceFile(path), 'TT_TRACE_META', /resolution_s is 0; expected whole seconds/);
  file('steps.meta.json', '{');
  await refuses(readTraceFile(path), 'TT_TRACE_META', /found no JSON/);
});

test('a time off the step is refused with its line', async () => {
  const text = `${HEADER}a,0,1,\na,301,1,\n`;
  await refuses(
    read(text, 300),
    'TT_TRACE_STEP',
    /line 3, column t: found 301; expected a multiple of 300 s/,
  );
  await refuses(read(`${HEADER}a,0,1,\n`), 'TT_TRACE_STEP', /too few rows to tell its step/);
});

test('what was written is read back to the last bit', async () => {
  const cpu = fc.oneof(
    fc.double({ min: 0, max: 1e9, noNaN: true }),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: 0, max: 1e6 }).map((whole) => whole / 10_000),
  );
  const memory = fc.oneof(fc.maxSafeNat(), fc.constant(Number.NaN));
  const rows = fc.array(fc.tuple(cpu, memory), { minLength: 2, maxLength: 20 });
  const path = join(folder, 'round.csv.gz');
  await fc.assert(
    fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 3 }), async (all) => {
      const series = all.map((samples, index) => ({
        id: `s-${index}`,
        stepSeconds: 60,
        t: Int32Array.from(samples, (_, at) => at * 60),
        cpuCores: Float64Array.from(samples, ([value]) => Math.abs(value)),
        memoryBytes: Float64Array.from(samples, ([, value]) => value),
      }));
      writeFileSync(path, encodeTrace(series));
      assert.deepEqual(await readTraceFile(path), series);
    }),
    { numRuns: 60 },
  );
});

test('a file larger than a chunk gives the same whatever the cuts between chunks', async () => {
  const rows = Array.from(
    { length: 40_000 },
    (_, index) => `a,${index * 60},${index / 16},${index}\n`,
  );
  const [series] = await read(HEADER + rows.join(''));
  assert.equal(series?.t.length, 40_000);
  assert.ok(series?.cpuCores.every((value, index) => value === index / 16));
  assert.ok(series?.memoryBytes.every((value, index) => value === index));
});

test('a missing or doubled column is refused', async () => {
  await refuses(
    read('series,t,cpu_cores\na,0,1\n'),
    'TT_TRACE_HEADER',
    /line 1: .*expected column memory_bytes once/,
  );
  await refuses(
    read('series,t,t,cpu_cores,memory_bytes\n'),
    'TT_TRACE_HEADER',
    /expected column t once/,
  );
});

test('a row with too few or too many fields is refused with its line', async () => {
  await refuses(
    read(`${HEADER}a,0,1,2\na,60,1\n`),
    'TT_TRACE_ROW',
    /line 3: found 3 fields; expected 4/,
  );
  await refuses(read(`${HEADER}a,0,1,2,3\n`), 'TT_TRACE_ROW', /line 2: found 5 fields/);
  await refuses(read(`${HEADER}a,0,1,2\n\n`), 'TT_TRACE_ROW', /line 3: found 1 fields/);
  await refuses(
    read(`${HEADER}${'x'.repeat(5_000)}\n`),
    'TT_TRACE_ROW',
    /line 2: found a line of more/,
  );
  await refuses(
    read(`${HEADER}${'x'.repeat(500_000)}`),
    'TT_TRACE_ROW',
    /line 2: found a line of more/,
  );
});

for (const garbage of [
  'NaN',
  '-1',
  '-0',
  '+1',
  '1.',
  '.5',
  '1e',
  '1e999',
  '0x10',
  '1,',
  ' 1',
  '1 ',
  '',
  '∞',
  '1.2.3',
]) {
  test(`CPU of ${JSON.stringify(garbage)} is refused`, async () => {
    const code = garbage === '1,' ? 'TT_TRACE_ROW' : 'TT_TRACE_NUMBER';
    await refuses(read(`${HEADER}a,0,1,2\na,60,${garbage},2\n`), code, /line 3/);
  });
}

test('memory that is no whole number of bytes is refused with its column', async () => {
  for (const garbage of ['1.5', '-1', 'NaN', '1e300', 'x']) {
    await refuses(
      read(`${HEADER}a,0,1,${garbage}\n`),
      'TT_TRACE_NUMBER',
      /line 2, column memory_bytes: found ".*"; expected whole bytes/,
    );
  }
});

test('a time that is no whole number of seconds is refused', async () => {
  for (const garbage of ['', '-60', '60.0', '1e3', '99999999999', 'x']) {
    await refuses(read(`${HEADER}a,${garbage},1,2\n`), 'TT_TRACE_NUMBER', /line 2, column t/);
  }
});

test('rows out of order, a time that comes twice and a series in two pieces are refused', async () => {
  await refuses(
    read(`${HEADER}a,60,1,\na,0,1,\n`),
    'TT_TRACE_ORDER',
    /line 3, column t: found t 0 after 60 in series a/,
  );
  await refuses(read(`${HEADER}a,0,1,\na,0,1,\n`), 'TT_TRACE_ORDER', /found t 0 after 0/);
  await refuses(
    read(`${HEADER}a,0,1,\na,60,1,\nb,0,1,\nb,60,1,\na,120,1,\n`),
    'TT_TRACE_ORDER',
    /line 6, column series: found series a again; expected its rows in one piece/,
  );
});

test('a series without a usable name is refused', async () => {
  for (const name of ['', '"a"', 'a b']) {
    await refuses(read(`${HEADER}${name},0,1,\n`), 'TT_TRACE_ROW', /line 2, column series/);
  }
});

test('a packed file that stops half-way or is damaged gives an error and no whole result', async () => {
  const rows = Array.from(
    { length: 5_000 },
    (_, index) => `s${index >> 3},${(index & 7) * 60},0.${index},1\n`,
  );
  const packed = gzipSync(HEADER + rows.join(''));
  const cut = file('cut.csv.gz', packed.subarray(0, packed.length - 100));
  await refuses(
    readTraceFile(cut),
    'TT_TRACE_TRUNCATED',
    /cut\.csv\.gz: the packed file stops half-way/,
  );
  const damaged = Uint8Array.from(packed);
  damaged.fill(0xff, 2_000, 2_100);
  await refuses(readTraceFile(file('bad.csv.gz', damaged)), 'TT_TRACE_CORRUPT', /damaged/);
});

test('a file that ends within a line, an empty one and one with no rows are refused', async () => {
  await refuses(
    read(`${HEADER}a,0,1,2\na,60,1.2`),
    'TT_TRACE_TRUNCATED',
    /line 3: the last line does not end/,
  );
  await refuses(readTraceFile(file('empty.csv', '')), 'TT_TRACE_EMPTY', /found nothing/);
  await refuses(read(HEADER), 'TT_TRACE_EMPTY', /found a header and no rows/);
});

test('a file that is not there, or is a folder, is refused', async () => {
  await refuses(readTraceFile(join(folder, 'nowhere.csv')), 'TT_TRACE_MISSING', /ENOENT/);
  await refuses(readTraceFile(folder), 'TT_TRACE_MISSING', /EISDIR/);
});

test('a reader that stops early lets go of the file', async () => {
  const rows = Array.from(
    { length: 50_000 },
    (_, index) => `s${index >> 1},${(index & 1) * 60},1,1\n`,
  );
  const path = file('early.csv.gz', gzipSync(HEADER + rows.join('')));
  for await (const series of readTrace(path)) {
    assert.equal(series.id, 's0');
    break;
  }
});
