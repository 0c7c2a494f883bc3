export {
  type Agent,
  type AgentOptions,
  type AgentProgress,
  startAgent,
} from './agent.ts';
export type { ContainerReading, Reading, Source } from './collect/index.ts';
export { AgentError, type AgentErrorCode } from './errors.ts';
export { type LastSealed, readLastSealed, type TlsMaterial } from './push/index.ts';
export { DEFAULT_FOLD, DEFAULT_PUSH, type FoldSettings, type PushSettings } from './settings.ts';
