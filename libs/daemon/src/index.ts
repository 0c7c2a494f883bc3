export { type BoundedQueue, type BoundedQueueOptions, boundedQueue } from './bounded-queue.ts';
export { type Clock, systemClock, type Timer } from './clock.ts';
export {
  type ConfigSources,
  describeSettings,
  readConfig,
  type SettingDescription,
} from './config/index.ts';
export { ConfigError, type ConfigProblem, DaemonError, type DaemonErrorCode } from './errors.ts';
export { type Health, type HealthOptions, type HealthServer, serveHealth } from './health.ts';
export { createLog, type Log, type LogFields, type LogLevel, type LogOptions } from './log.ts';
export { ManualClock } from './manual-clock.ts';
export {
  addProcessMetrics,
  type Counter,
  EXPOSITION_CONTENT_TYPE,
  type Gauge,
  type Histogram,
  type Labels,
  Metrics,
  type MetricsOptions,
} from './metrics/index.ts';
export {
  type Backoff,
  backoffMs,
  type RetryDecision,
  type RetryOptions,
  retry,
  retryAfterMs,
} from './retry.ts';
export {
  onShutdown,
  type Shutdown,
  type ShutdownOptions,
  type ShutdownReport,
  type ShutdownStep,
} from './shutdown.ts';
