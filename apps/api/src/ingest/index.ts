export {
  type AgentsListener,
  type AgentsTls,
  agentsListener,
} from './agents-listener.ts';
export { ByteBudget } from './byte-budget.ts';
export { DecodePool } from './decode-pool.ts';
export { GroupCommit } from './group-commit.ts';
export { DEFAULT_INGEST_LIMITS, type IngestLimits } from './limits.ts';
export { Losses } from './losses.ts';
export { ingestMetrics } from './metrics.ts';
export { Senders } from './senders.ts';
