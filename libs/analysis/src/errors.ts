/** Why this package refused something; the codes are stable, the messages are for people. */
export type AnalysisErrorCode =
  | 'TT_ANALYSIS_BAD_MODEL'
  | 'TT_ANALYSIS_BAD_PLAN'
  | 'TT_ANALYSIS_BAD_SERIES'
  | 'TT_ANALYSIS_UNORDERED_DAYS';

/** Thrown where a caller broke a promise; expected outcomes, such as too little data, are values. */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';
  readonly code: AnalysisErrorCode;

  constructor(code: AnalysisErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
