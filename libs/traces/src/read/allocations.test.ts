import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { encodeAllocations, readAllocations, TraceError, type TraceErrorCode } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'trimtab-alloc-'));
after(() => rmSync(folder, { recursive: true }));

const HEADER = 'series,cpu_cores,memory_bytes\n';

function file(text: string): string {
  const path = join(folder, 'set.alloc.csv');
  writeFileSync(path, text);
  return path;
}

function refuses(text: string, code: TraceErrorCode, message: RegExp): void {
  const path = file(text);
  assert.throws(
    () => readAllocations(path),
    (error) => error instanceof TraceError && error.code === code && message.test(error.message),
  );
}

test('an empty field is absent, and a series with neither is left out', () => {
  const found = readAllocations(file(`${HEADER}a,0.5,1024\nb,,2048\nc,2,\nd,,\n`));
  assert.deepEqual(
    [...found],
    [
      ['a', { cpu: 0.5, memory: 1024 }],
      ['b', { memory: 2048 }],
      ['c', { cpu: 2 }],
    ],
  );
});

test('what was written is read back', () => {
  const found = readAllocations(file(`${HEADER}a,0.5,1024\nb,,2048\nc,2,\n`));
  assert.deepEqual(readAllocations(file(encodeAllocations(found))), found);
});

test('another header, a bad number, a doubled series and a file cut short are refused', () => {
  refuses('series,cpu\n', 'TT_TRACE_HEADER', /line 1: found "series,cpu"/);
  refuses(`${HEADER}a,0,1\n`, 'TT_TRACE_NUMBER', /line 2, column cpu_cores: found "0"/);
  refuses(`${HEADER}a,1,-1\n`, 'TT_TRACE_NUMBER', /column memory_bytes/);
  refuses(`${HEADER}a,NaN,1\n`, 'TT_TRACE_NUMBER', /found "NaN"/);
  refuses(`${HEADER}a,1,1\na,2,2\n`, 'TT_TRACE_ALLOCATION', /line 3: .*each series once/);
  refuses(`${HEADER}a,1\n`, 'TT_TRACE_ALLOCATION', /line 2/);
  refuses(`${HEADER}a,1,10`, 'TT_TRACE_TRUNCATED', /stops half-way/);
  assert.throws(() => readAllocations(join(folder, 'nowhere')), TraceError);
});
