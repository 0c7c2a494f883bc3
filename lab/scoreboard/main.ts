/**
 * `npm run scoreboard -- --traces FOLDER`: replays recorded usage for our presets and all peers and writes
 * docs/scoreboard.md with its charts. Exit code 0 when written, printed or unchanged; 1 where `--check`
 * finds a difference or a recording is damaged; 2 for options that cannot be used.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createProgress } from '@trimtab/cli';
import { chartDifferences, differences } from './differences.ts';
import { parseOptions, type ScoreboardOptions, USAGE } from './options.ts';
import { type RunCost, riskCharts, scoreboardPage, setCharts } from './page/index.ts';
import { findTraceSets, TraceSetError } from './run/index.ts';
import { type ScoredSet, scoreSets } from './score-sets.ts';

const BYTES_PER_KIBIBYTE = 1024;
const CHARTS_FOLDER = 'scoreboard';

async function main(): Promise<number> {
  const parsed = parseOptions(process.argv.slice(2), process.env);
  if (parsed.kind === 'help') {
    console.log(USAGE);
    return 0;
  }
  if (parsed.kind === 'refused') return refuse(`${parsed.message}\n\n${USAGE}`, 2);
  try {
    return await run(parsed.options);
  } catch (error) {
    if (error instanceof TraceSetError) return refuse(error.message, 2);
    return refuse(error instanceof Error ? error.message : String(error), 1);
  }
}

async function run(options: ScoreboardOptions): Promise<number> {
  const sets = findTraceSets(options.traces, options.sets);
  const threads = availableParallelism();
  const started = performance.now();
  const progress = createProgress(process.stderr, () => performance.now());
  const step = progress.step(`replaying ${sets.length} sets on ${threads} threads`, 'series');
  const scored = await scoreSets(sets, threads, ({ done, total }) => step.update(done, total));
  step.done();
  const boards = scored.map(({ board }) => board);
  const cost = runCost(scored, threads, performance.now() - started);
  if (options.isJson) {
    console.log(JSON.stringify({ sets: boards, cost }, finiteOrNull, 1));
    return 0;
  }
  const page = scoreboardPage(boards, cost);
  const charts = new Map([
    ...setCharts(boards),
    ...(options.isCheck && options.sets !== undefined ? [] : riskCharts(boards)),
  ]);
  if (options.isCheck) return check(options, page, charts);
  write(options, page, charts);
  return 0;
}

function runCost(scored: readonly ScoredSet[], threads: number, wallMs: number): RunCost {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return {
    wallMs,
    threads,
    peakResidentBytes: process.resourceUsage().maxRSS * BYTES_PER_KIBIBYTE,
    machine: `${processor}, Node ${process.versions.node}`,
    sets: scored.map(({ cost }) => cost),
  };
}

function check(
  options: ScoreboardOptions,
  page: string,
  charts: ReadonlyMap<string, string>,
): number {
  const path = join(options.out, 'scoreboard.md');
  if (!existsSync(path)) return refuse(`found no ${path}; expected the page to compare with`, 2);
  const found = [
    ...differences(readFileSync(path, 'utf8'), page, options.sets),
    ...chartDifferences(charts, (name) => textOf(join(options.out, CHARTS_FOLDER, name))),
  ];
  for (const difference of found) console.error(difference);
  console.error(
    found.length === 0
      ? `${path} is what the code gives`
      : `${path} is out of date; run npm run scoreboard without --check`,
  );
  return found.length === 0 ? 0 : 1;
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function write(
  options: ScoreboardOptions,
  page: string,
  charts: ReadonlyMap<string, string>,
): void {
  const folder = join(options.out, CHARTS_FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of charts) writeFileSync(join(folder, name), svg);
  const path = join(options.out, 'scoreboard.md');
  writeFileSync(path, page);
  console.error(`written: ${path} and its charts in ${folder}`);
}

function refuse(message: string, exitCode: number): number {
  console.error(`scoreboard: ${message}`);
  return exitCode;
}

/** JSON has no NaN: a figure that does not exist is null. */
function finiteOrNull(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

process.exitCode = await main();
