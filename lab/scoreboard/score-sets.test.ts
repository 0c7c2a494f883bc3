import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findTraceSets, type PoolProgress, TraceSetError } from './run/index.ts';
import { scoreSets } from './score-sets.ts';

const HEADER = 'series,t,cpu_cores,memory_bytes';
const DAYS = 10;
const folder = mkdtempSync(join(tmpdir(), 'trimtab-scoreboard-'));
after(() => rmSync(folder, { recursive: true }));

/** A series of five-minute samples at a level. */
function rowsOf(id: string, cpuCores: number): string[] {
  return Array.from(
    { length: DAYS * 288 },
    (_, window) => `${id},${window * 300},${cpuCores},${2 ** 30}`,
  );
}

function writeSet(into: string, name: string, rows: readonly string[]): void {
  writeFileSync(join(into, `${name}.csv`), [HEADER, ...rows, ''].join('\n'));
}

writeSet(folder, 'steady', [...rowsOf('vm-1', 0.5), ...rowsOf('vm-2', 1)]);
writeSet(folder, 'steady-peak', [...rowsOf('vm-1', 5), ...rowsOf('vm-2', 1)]);
writeFileSync(join(folder, 'steady.alloc.csv'), 'series,cpu_cores,memory_bytes\nvm-1,1,1\n');

test('finds sets by name, allocations left aside, and says what is missing', () => {
  const sets = findTraceSets(folder);
  assert.deepEqual(
    sets.map((set) => [set.name, set.peakPath !== undefined]),
    [
      ['steady', false],
      ['steady-peak', true],
    ],
  );
  assert.deepEqual(
    findTraceSets(folder, ['steady']).map((set) => set.name),
    ['steady'],
  );
  assert.throws(() => findTraceSets(folder, ['other']), TraceSetError);
  assert.throws(() => findTraceSets(join(folder, 'nowhere')), /found no folder/);
});

test('replays sets on threads; a set of peaks is judged by the peaks', async () => {
  const seen: PoolProgress[] = [];
  const scored = await scoreSets(findTraceSets(folder), 2, (progress) => seen.push(progress));
  const [plain, peaks] = scored.map(({ board }) => board);
  assert.deepEqual([plain?.judgedOn, peaks?.judgedOn], ['windows', 'peaks']);
  const missesOf = (board: typeof plain): number[] =>
    (board?.resources ?? []).flatMap(({ report, tuned }) =>
      [report, tuned].flatMap((part) => part?.scores[0]?.missedDays ?? []),
    );
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  assert.equal(sum(missesOf(plain)), 0);
  assert.equal(sum(missesOf(peaks)), DAYS - 7);
  assert.deepEqual(seen.at(-1), { done: 8, total: 8 });
  assert.equal(scored[0]?.cost.days, 2 * DAYS);
});

test('a damaged recording ends the run with its name and place', async () => {
  const broken = mkdtempSync(join(folder, 'broken-'));
  writeSet(broken, 'damaged', ['vm-1,0,abc,1']);
  await assert.rejects(
    scoreSets(findTraceSets(broken), 2, () => {}),
    /damaged \((own|peers)\): .*damaged\.csv/,
  );
});
