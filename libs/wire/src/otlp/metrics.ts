import type { Metric } from './gen/otlp/metrics_pb.ts';
import type { MetricKind, MetricName } from './names.ts';
import { quote, Refusal } from './rejections.ts';

/** Data points of a metric, of whatever kind it is. */
export function countPoints({ data }: Metric): number {
  return data.value?.dataPoints.length ?? 0;
}

/** A metric as part of a place in a message. */
export function metricPlace({ name }: Metric): string {
  return `metric ${quote(name)}`;
}

/**
 * Checks what a metric says of all its points: that it is one we know (`expected`), its kind, its unit, and its
 * temporality where it has one. Undefined means that the points may be read.
 */
export function checkMetric(
  metric: Metric,
  expected: MetricName | undefined,
  temporality: number,
): Refusal | undefined {
  if (expected === undefined) {
    const found = `metric ${quote(metric.name)}`;
    return new Refusal('TT_WIRE_POINT_METRIC', found, 'one of the metrics of the mapping');
  }
  const { data, unit } = metric;
  if (kindOf(data.case) !== expected.kind) {
    const found = `a metric of kind ${data.case ?? 'none'}`;
    return new Refusal('TT_WIRE_POINT_KIND', found, KIND_NAMES[expected.kind]);
  }
  if (unit !== expected.unit) {
    return new Refusal('TT_WIRE_POINT_UNIT', `unit ${quote(unit)}`, quote(expected.unit));
  }
  if (data.case !== 'sum' && data.case !== 'exponentialHistogram') return undefined;
  const found = data.value.aggregationTemporality;
  if (found === temporality) return undefined;
  return new Refusal(
    'TT_WIRE_POINT_TEMPORALITY',
    `aggregation temporality ${found}`,
    `${temporality} (1 is delta, 2 cumulative)`,
  );
}

const KIND_NAMES: Readonly<Record<MetricKind, string>> = {
  sketch: 'exponentialHistogram',
  sum: 'sum',
  gauge: 'gauge',
};

function kindOf(found: Metric['data']['case']): MetricKind | undefined {
  switch (found) {
    case 'exponentialHistogram':
      return 'sketch';
    case 'sum':
    case 'gauge':
      return found;
    default:
      return undefined;
  }
}
