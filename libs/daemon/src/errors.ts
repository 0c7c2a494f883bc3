/** The stable codes of every error that leaves this package. */
export type DaemonErrorCode =
  | 'TT_CONFIG_INVALID'
  | 'TT_CONFIG_SCHEMA'
  | 'TT_CLOCK_ARGUMENT'
  | 'TT_HEALTH_LISTEN'
  | 'TT_METRIC_DECLARATION'
  | 'TT_QUEUE_ARGUMENT'
  | 'TT_RETRY_ARGUMENT'
  | 'TT_RETRY_DEADLINE'
  | 'TT_RETRY_EXHAUSTED'
  | 'TT_SHUTDOWN_DEADLINE';

/** An error of this package; `code` is stable, `message` says what was found, where and what was expected. */
export class DaemonError extends Error {
  override readonly name: string = 'DaemonError';
  readonly code: DaemonErrorCode;

  constructor(code: DaemonErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One thing wrong with a configuration. `found` is already fit for a screen: cut, and hidden where secret. */
export interface ConfigProblem {
  /** The file's name, or `environment NAME`. */
  readonly where: string;
  /** The setting, as in `push.intervalSeconds`; empty for the file as a whole. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
  /** The whole sentence: where, setting, what was found, what was expected. */
  readonly message: string;
}

/** Everything wrong with a configuration at once; the message has one line a problem. */
export class ConfigError extends DaemonError {
  override readonly name: string = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super('TT_CONFIG_INVALID', problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}
