export { exposeAgent, type Observed, type PushMetrics } from './agent-metrics.ts';
