/** How the CLI ends. Documented in docs/reference/cli.md. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3, unreachable: 4 } as const;

/** Stable codes of errors that the CLI itself makes. */
export type CliErrorCode =
  /** The API could not be reached, or did not answer in time. */
  | 'TT_CLI_UNREACHABLE'
  /** The API answered with an error; its own code and reason are in the message. */
  | 'TT_CLI_REFUSED'
  /** The answer is not what the API's document promises. */
  | 'TT_CLI_ANSWER'
  /** No address or key is known: neither flag, environment nor context file tells one. */
  | 'TT_CLI_NO_CONTEXT'
  /** The context file exists but cannot be used. */
  | 'TT_CLI_CONTEXT'
  /** A trace file breaks the format, or the emit file cannot be written. */
  | 'TT_CLI_TRACE'
  /** An argument is outside what the command takes. */
  | 'TT_CLI_ARGUMENT';

const HAS_CODE = /\(TT_[A-Z0-9_]+\)$/;

/** An error the CLI prints as one sentence and ends with `exitCode`. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly exitCode: number;

  constructor(code: CliErrorCode, message: string, options: { exitCode: number; cause?: unknown }) {
    // A message that comes from another package has its code already.
    super(HAS_CODE.test(message) ? message : `${message} (${code})`, { cause: options.cause });
    this.code = code;
    this.exitCode = options.exitCode;
  }
}
