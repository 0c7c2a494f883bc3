import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleFleet } from '@trimtab/traces';
import { boardOf } from '../board.ts';
import { chartDifferences, differences } from '../differences.ts';
import { mergeParts } from '../merge-parts.ts';
import { replay } from '../replay.ts';
import { type RunCost, riskCharts, scoreboardPage, setCharts } from './index.ts';

const fleet = await Array.fromAsync(sampleFleet({ sets: ['azure2017-vms', 'nezha-pods'] }));
const boards = ['azure2017-vms', 'nezha-pods'].map((set) => {
  const series = fleet.filter((sample) => sample.set === set).map((sample) => sample.series);
  return boardOf(set, mergeParts(replay('own', series), replay('peers', series)));
});

function costOf(wallMs: number): RunCost {
  const job = { readMs: 1, replayCpuMs: 2, heapBytes: 2 ** 20 };
  const sets = boards.map(({ set }) => ({ set, days: 10, own: job, peers: job }));
  return { wallMs, threads: 2, peakResidentBytes: 2 ** 28, machine: 'a machine', sets };
}

const charts = new Map([...setCharts(boards), ...riskCharts(boards)]);
const page = scoreboardPage(boards, costOf(1000));

test('every table row has as many cells as its head, and no figure is undefined or NaN', () => {
  for (const block of page.split('\n\n').filter((part) => part.startsWith('|'))) {
    const widths = block
      .trimEnd()
      .split('\n')
      .map((row) => row.split('|').length);
    assert.equal(new Set(widths).size, 1, block);
  }
  assert.doesNotMatch(page, /NaN|undefined|Infinity/);
});

function byName(a: string, b: string): number {
  return a.localeCompare(b);
}

test('the charts drawn are those that the page shows', () => {
  const shown = [...page.matchAll(/\(scoreboard\/([^)]+)\)/g)].map((match) => match[1] ?? '');
  assert.deepEqual([...charts.keys()].sort(byName), shown.toSorted(byName));
});

test('charts are whole SVG documents without a number that does not exist', () => {
  for (const [name, svg] of charts) {
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/, name);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, name);
  }
});

test('a set without a scored day is named, with the reason', () => {
  assert.match(page, /## nezha-pods\n\n14 series, none with a scored day/);
});

test('another run time is no difference, another figure is', () => {
  const later = scoreboardPage(boards, costOf(2000));
  assert.notEqual(later, page);
  assert.deepEqual(differences(page, later, undefined), []);
  const changed = page.replace('| trimtab savings |', '| trimtab saving |');
  const found = differences(changed, page, undefined);
  assert.ok(found.some((line) => line.includes('lines differ')));
});

test('a chart that is missing or redrawn is a difference', () => {
  const [first = ''] = charts.keys();
  const standing = (name: string): string | undefined =>
    name === first ? undefined : `${charts.get(name)}`;
  assert.deepEqual(
    chartDifferences(charts, (name) => charts.get(name)),
    [],
  );
  assert.deepEqual(chartDifferences(charts, standing), [`${first}: the chart is missing`]);
});

test('a comparison of some sets looks at their sections only', () => {
  const some = scoreboardPage(boards.slice(0, 1), costOf(1000));
  assert.deepEqual(differences(page, some, ['azure2017-vms']), []);
  assert.deepEqual(differences(some, page, ['nezha-pods']), [
    'nezha-pods: the page has no such section',
  ]);
});
