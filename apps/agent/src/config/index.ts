export { type AgentConfig, agentConfigSchema, readAgentConfig } from './agent-config.ts';
