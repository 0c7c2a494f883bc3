/**
 * Makes the recorded samples that ship in libs/traces/samples out of a folder with the whole trace sets:
 * `node tools/make-samples.ts <folder>`. With `--check` as second argument nothing is written; a
 * difference to the shipped files ends with 1. The choice follows fixed rules, so the same folder gives
 * the same samples; libs/traces/samples/ATTRIBUTION.md states the rules for a reader.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import {
  type Allocation,
  encodeAllocations,
  encodeTrace,
  readAllocations,
  readTraceFile,
  SAMPLE_SETS,
  SAMPLES_FOLDER,
  type SampleSet,
  type TraceSeries,
} from '../libs/traces/src/index.ts';
import { cores } from '../libs/units/src/index.ts';

const DAY_SECONDS = 86_400;
/** A week to warm up and a week to score. */
const LONGEST_DAYS = 14;

/** How many series of a set ship, and out of which of its series they are drawn. */
interface Rule {
  readonly count: number;
  readonly eligible: (all: readonly TraceSeries[]) => readonly TraceSeries[];
}

const RULES: Readonly<Record<string, Rule>> = {
  'azure2017-vms': { count: 12, eligible: (all) => all },
  'cluster-pools': {
    count: 8,
    eligible: (all) => lowest(all, 8, (series) => mean(series.cpuCores)),
  },
  'gcd2011-jobs': { count: 16, eligible: (all) => all.filter((series) => wholeDays(series) >= 10) },
  'google2019-tasks': { count: 8, eligible: (all) => lowest(all, 8, (series) => -lastT(series)) },
  'nab-cloudwatch': { count: 5, eligible: (all) => all },
  'nezha-pods': {
    count: 14,
    eligible: (all) => lowest(all.filter(isUsed), 14, (series) => -lastT(series)),
  },
};

async function main(): Promise<void> {
  const [folder, mode] = process.argv.slice(2);
  if (folder === undefined || (mode !== undefined && mode !== '--check')) {
    console.error('make-samples: expected a folder with the trace sets, and perhaps --check');
    process.exitCode = 2;
    return;
  }
  for (const set of SAMPLE_SETS) {
    for (const [name, content] of await filesOf(set, folder)) {
      settle(name, content, mode === '--check');
    }
  }
}

/** The files of one set as they are to ship. */
async function filesOf(set: SampleSet, folder: string): Promise<Map<string, Uint8Array>> {
  const rule = RULES[set.name];
  if (rule === undefined) {
    throw new Error(`make-samples: found no rule for set ${set.name}; expected one in RULES`);
  }
  const all = await readTraceFile(join(folder, `${set.name}.csv.gz`), {
    stepSeconds: set.stepSeconds,
  });
  const chosen = chooseVaried(rule.eligible(all), rule.count).map(fullestDays);
  const files = new Map([[`${set.name}.csv.gz`, encodeTrace(chosen)]]);
  if (set.hasAllocations) {
    const allocations = readAllocations(join(folder, `${set.name}.alloc.csv`));
    const text = encodeAllocations(allocationsOf(chosen, allocations));
    files.set(`${set.name}.alloc.csv`, new TextEncoder().encode(text));
  }
  const days = chosen
    .map((series) => (lastT(series) + series.stepSeconds) / DAY_SECONDS)
    .sort(ascending);
  const rows = chosen.reduce((sum, series) => sum + series.t.length, 0);
  const span = `${days.at(0)?.toFixed(2)} to ${days.at(-1)?.toFixed(2)} days`;
  console.error(`make-samples: ${set.name}: ${chosen.length} series, ${rows} rows, ${span}`);
  return files;
}

/**
 * `count` series that differ: the eligible ones are ordered by how far their CPU peaks stand above its
 * mean, cut into `count` groups of equal size, and of each the one with the lowest hash of its id is
 * taken. Returned in the order of their ids.
 */
function chooseVaried(eligible: readonly TraceSeries[], count: number): TraceSeries[] {
  if (eligible.length < count) {
    throw new Error(`make-samples: found ${eligible.length} series; expected at least ${count}`);
  }
  const byDispersion = lowest(eligible, eligible.length, dispersion);
  const chosen = Array.from({ length: count }, (_, group) => {
    const from = Math.floor((group * eligible.length) / count);
    const to = Math.floor(((group + 1) * eligible.length) / count);
    return byDispersion.slice(from, to).sort(byHash).slice(0, 1);
  });
  return chosen.flat().sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * A series longer than fourteen days is cut to fourteen: of all spans that begin with a day of its own
 * clock the one with most samples, the latest of equals. Its time then begins at 0 again.
 */
function fullestDays(series: TraceSeries): TraceSeries {
  const span = LONGEST_DAYS * DAY_SECONDS;
  if (lastT(series) < span) {
    return series;
  }
  const days = wholeDays(series);
  let best = series.t.subarray(0, 0);
  for (let start = 0; start + span <= days * DAY_SECONDS; start += DAY_SECONDS) {
    const from = indexAt(series.t, start);
    const inside = series.t.subarray(from, indexAt(series.t, start + span));
    best = inside.length >= best.length ? inside : best;
  }
  const first = (best.byteOffset - series.t.byteOffset) / best.BYTES_PER_ELEMENT;
  const end = first + best.length;
  const origin = best[0] ?? 0;
  return {
    ...series,
    t: best.map((t) => t - origin),
    cpuCores: series.cpuCores.slice(first, end),
    memoryBytes: series.memoryBytes.slice(first, end),
  };
}

function allocationsOf(
  chosen: readonly TraceSeries[],
  allocations: ReadonlyMap<string, Allocation>,
): Map<string, Allocation> {
  const found = chosen.flatMap(({ id }): [string, Allocation][] => {
    const allocation = allocations.get(id);
    return allocation === undefined ? [] : [[id, inWholeMillicores(allocation)]];
  });
  return new Map(found);
}

/** Kubernetes knows no smaller piece of CPU, and the fifth digit is an artefact of the source's percentages. */
function inWholeMillicores(allocation: Allocation): Allocation {
  const { cpu } = allocation;
  return cpu === undefined
    ? allocation
    : { ...allocation, cpu: cores(Math.round(cpu * 1000) / 1000) };
}

function settle(name: string, content: Uint8Array, isCheck: boolean): void {
  const path = join(SAMPLES_FOLDER, name);
  const isSame = existsSync(path) && Buffer.compare(readFileSync(path), content) === 0;
  if (isSame) {
    return;
  }
  if (isCheck) {
    console.error(`make-samples: ${name} differs from what the folder gives`);
    process.exitCode = 1;
    return;
  }
  writeFileSync(path, content);
  console.error(`make-samples: wrote ${name}, ${content.length} bytes`);
}

/** The `count` items with the lowest value; the hash of the id decides between equals. */
function lowest(
  all: readonly TraceSeries[],
  count: number,
  value: (series: TraceSeries) => number,
): TraceSeries[] {
  const valued = all.map((series) => ({ series, value: value(series) }));
  valued.sort((a, b) => a.value - b.value || byHash(a.series, b.series));
  return valued.slice(0, count).map(({ series }) => series);
}

function byHash(a: TraceSeries, b: TraceSeries): number {
  return hashOf(a.id) < hashOf(b.id) ? -1 : 1;
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** The 95th percentile of CPU over its mean; 0 for a series that used none. */
function dispersion({ cpuCores }: TraceSeries): number {
  const sorted = cpuCores.toSorted();
  const peak = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0;
  const average = mean(cpuCores);
  return average === 0 ? 0 : peak / average;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function isUsed({ cpuCores }: TraceSeries): boolean {
  return cpuCores.some((value) => value > 0);
}

function lastT({ t }: TraceSeries): number {
  return t.at(-1) ?? 0;
}

function wholeDays(series: TraceSeries): number {
  return Math.floor((lastT(series) + series.stepSeconds) / DAY_SECONDS);
}

/** Index of the first time that is at least `seconds`. */
function indexAt(t: Int32Array, seconds: number): number {
  const index = t.findIndex((at) => at >= seconds);
  return index < 0 ? t.length : index;
}

function ascending(a: number, b: number): number {
  return a - b;
}

await main();
