import { basename } from 'node:path';
import { defaultPlan, type Preset } from '@trimtab/analysis';
import { Evaluation, FleetReplay, withPeers } from '@trimtab/analysis/evaluate';
import { readTrace, TraceError } from '@trimtab/traces';
import { EmitError, openEmit } from './emit.ts';
import { backtestJson, backtestText, type SetReport } from './report.ts';

/** What `trimtab backtest` may be asked for. */
export interface BacktestOptions {
  /** Trace files (CSV, plain or gzip); each is a set of its own. */
  readonly paths: readonly string[];
  readonly policy: Preset;
  /** Where to write every number named, as NDJSON; takes a single trace file. */
  readonly emitPath?: string;
  readonly json: boolean;
}

/** How far a replay has come. */
export interface BacktestProgress {
  readonly path: string;
  readonly series: number;
  readonly rows: number;
}

/** The report to print, or why there is none: printed to stderr, then the process ends with the code. */
export type BacktestOutcome =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string; readonly exitCode: 2 };

/**
 * Replays recorded usage by the protocol of `@trimtab/analysis/evaluate`: at the end of each day the policy and its
 * peers see the days so far and name the next day's sizes, and the next day judges them. A file is read
 * twice: first the fleet passes day by day, so that each day's numbers come from what the days before it
 * taught in all series; then series are judged one after another with the numbers it gave. A trace file that breaks its rules, or an emit file that cannot be
 * written, refuses the whole run; an emit file appears only once everything was read.
 */
export async function backtest(
  options: BacktestOptions,
  onProgress: (progress: BacktestProgress) => void = () => {},
): Promise<BacktestOutcome> {
  const mistake = mistakeIn(options);
  if (mistake !== undefined) return refused(mistake);
  try {
    const sets: SetReport[] = [];
    for (const path of options.paths) sets.push(await replayFile(path, options, onProgress));
    const text = options.json
      ? backtestJson(options.policy, sets)
      : backtestText(options.policy, sets);
    return { kind: 'done', text };
  } catch (error) {
    if (error instanceof TraceError) return refused(`${error.message} (${error.code})`);
    if (error instanceof EmitError) return refused(error.message);
    throw error;
  }
}

function mistakeIn({ paths, emitPath }: BacktestOptions): string | undefined {
  if (paths.length === 0) return 'no trace file given; expected at least one path';
  if (emitPath !== undefined && paths.length > 1) {
    return `--emit takes one trace file, since ids repeat between sets; found ${paths.length}`;
  }
  return undefined;
}

async function replayFile(
  path: string,
  options: BacktestOptions,
  onProgress: (progress: BacktestProgress) => void,
): Promise<SetReport> {
  const fleet = new FleetReplay([defaultPlan(options.policy)]);
  for await (const trace of readTrace(path)) fleet.observe(trace);
  const evaluation = new Evaluation(withPeers(fleet.policies()));
  const emit = options.emitPath === undefined ? undefined : openEmit(options.emitPath);
  let series = 0;
  let rows = 0;
  try {
    for await (const trace of readTrace(path)) {
      const named = evaluation.add(trace);
      emit?.write(trace.id, named);
      series += 1;
      rows += trace.t.length;
      onProgress({ path, series, rows });
    }
    emit?.commit();
  } finally {
    emit?.close();
  }
  return { set: setName(path), path, series, rows, ...evaluation.report() };
}

function setName(path: string): string {
  return basename(path).replace(/\.csv(\.gz)?$/, '');
}

function refused(message: string): BacktestOutcome {
  return { kind: 'refused', message, exitCode: 2 };
}
