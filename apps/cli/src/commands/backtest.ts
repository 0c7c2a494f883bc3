import { backtest } from '../backtest/index.ts';
import { CliError, EXIT } from '../errors.ts';
import { createProgress, type ProgressStream } from '../show/progress.ts';

/** What `trimtab backtest` may be asked for. */
export interface BacktestCommand {
  readonly traces: readonly string[];
  readonly policy: 'savings' | 'balanced' | 'reliability';
  readonly emit?: string;
  readonly json: boolean;
}

/** Replays trace files and returns the report. Throws TT_CLI_TRACE with exit code 2 for a file that breaks the format. */
export async function backtestCommand(
  options: BacktestCommand,
  stream: ProgressStream,
  now: () => number,
): Promise<string> {
  const step = createProgress(stream, now).step('replaying', 'rows');
  const outcome = await backtest(
    {
      paths: options.traces,
      policy: options.policy,
      json: options.json,
      ...(options.emit === undefined ? {} : { emitPath: options.emit }),
    },
    ({ rows }) => step.update(rows),
  );
  if (outcome.kind === 'refused') {
    throw new CliError('TT_CLI_TRACE', outcome.message, { exitCode: EXIT.usage });
  }
  step.done();
  return outcome.text;
}
