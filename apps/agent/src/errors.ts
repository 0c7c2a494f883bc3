/** The stable codes of every error that leaves this package. */
export type AgentErrorCode =
  | 'TT_AGENT_ENDPOINT'
  | 'TT_AGENT_OPTIONS'
  | 'TT_AGENT_QUEUE'
  | 'TT_AGENT_SOURCE';

/** An error of this package; `code` is stable, `message` says what was found, where and what was expected. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
