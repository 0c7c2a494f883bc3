/** Stable codes of errors that the standalone process itself makes. */
export type StandaloneErrorCode =
  /** A command-line option is unknown or out of range. */
  | 'TT_STANDALONE_OPTION'
  /** The data folder cannot be made, read or written, or holds something else. */
  | 'TT_STANDALONE_FOLDER'
  /** Recorded usage could not be delivered completely. */
  | 'TT_STANDALONE_LOAD';

/** An error that ends the standalone process with one sentence. */
export class StandaloneError extends Error {
  override readonly name = 'StandaloneError';
  readonly code: StandaloneErrorCode;

  constructor(code: StandaloneErrorCode, message: string, cause?: unknown) {
    super(`${message} (${code})`, { cause });
    this.code = code;
  }
}
