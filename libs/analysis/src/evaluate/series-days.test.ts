import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnalysisError } from '../errors.ts';
import { daysOf, type UsageSeries } from './series-days.ts';

function seriesOf(stepSeconds: number, t: readonly number[], cpu: readonly number[]): UsageSeries {
  return {
    id: 'made',
    stepSeconds,
    t: Int32Array.from(t),
    cpuCores: Float64Array.from(cpu),
    memoryBytes: Float64Array.from(cpu, (value) => value * 100),
  };
}

test('days are whole blocks of the own clock, and days without samples stay in their place', () => {
  const days = daysOf(seriesOf(300, [0, 86_100, 86_400, 3 * 86_400], [1, 2, 3, 4]));
  assert.deepEqual(
    days.map((day) => [day.day, Array.from(day.cpuCores)]),
    [
      [0, [1, 2]],
      [1, [3]],
      [2, []],
      [3, [4]],
    ],
  );
});

test('samples of a minute become windows: the mean of CPU, the peak of memory', () => {
  const [day] = daysOf(seriesOf(60, [0, 60, 240, 300], [1, 2, 6, 5]));
  assert.deepEqual(Array.from(day?.seconds ?? []), [0, 300]);
  assert.deepEqual(Array.from(day?.cpuCores ?? []), [3, 5]);
  assert.deepEqual(Array.from(day?.memoryBytes ?? []), [600, 500]);
});

test('a missing reading is left out of its window and of the cover', () => {
  const series = seriesOf(60, [0, 60, 120], [1, Number.NaN, 3]);
  const [day] = daysOf(series);
  assert.deepEqual(Array.from(day?.cpuCores ?? []), [2]);
  assert.equal(day?.cpuCover, 2 / 1440);
});

test('a window without any reading of a resource stays missing', () => {
  const [day] = daysOf(seriesOf(60, [0, 60], [Number.NaN, Number.NaN]));
  assert.deepEqual(Array.from(day?.cpuCores ?? []), [Number.NaN]);
});

test('times that do not rise, columns that differ and a step of zero are refused', () => {
  const broken = [
    seriesOf(300, [0, 0], [1, 1]),
    { ...seriesOf(300, [0, 300], [1, 1]), memoryBytes: new Float64Array(1) },
    seriesOf(0, [0], [1]),
  ];
  for (const series of broken) {
    assert.throws(
      () => daysOf(series),
      (error) => error instanceof AnalysisError && error.code === 'TT_ANALYSIS_BAD_SERIES',
    );
  }
});
