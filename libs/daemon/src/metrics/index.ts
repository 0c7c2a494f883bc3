export { EXPOSITION_CONTENT_TYPE } from './exposition.ts';
export {
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  Metrics,
  type MetricsOptions,
} from './metrics.ts';
export { addProcessMetrics } from './process-metrics.ts';
