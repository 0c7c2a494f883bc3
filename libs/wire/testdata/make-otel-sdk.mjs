// Makes otel-sdk.bin and otel-sdk.json: one export by the OpenTelemetry SDK for JavaScript, an encoder that shares
// no line with ours, and the values that went in. Not part of any run: copy it into an empty folder, there
// `npm install @opentelemetry/otlp-transformer@0.301.1 @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/resources@3.1.1`,
// run it and copy both files back.
import { writeFileSync } from 'node:fs';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';

// 2026-11-24T06:05:00Z to 06:09:30Z.
const START = 1795500300;
const END = START + 270;

class OneShot extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
  }
  onForceFlush() {}
  onShutdown() {}
}

const reader = new OneShot();
const histogram = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 160 } };
const provider = new MeterProvider({
  resource: resourceFromAttributes({
    'service.name': 'node-exporter',
    'k8s.namespace.name': 'shop',
    'k8s.pod.name': 'cart-7d9f-abcde',
    'k8s.pod.uid': 'c0ffee00-0000-4000-8000-000000000001',
    'k8s.container.name': 'cart',
    'trimtab.owner.kind': 'ReplicaSet',
    'trimtab.owner.name': 'cart-7d9f',
    'k8s.pod.label.app': 'cart',
  }),
  readers: [reader],
  views: [
    { instrumentName: 'container.cpu.usage', aggregation: histogram },
    { instrumentName: 'container.memory.working_set', aggregation: histogram },
  ],
});
const meter = provider.getMeter('oracle', '1');
const cpu = [0, 0, 0.0625, 0.1, 0.25, 0.251, 0.7, 1, 1.5, 2, 3.99];
const memory = [104857600, 104857600, 110000000, 134217728, 134217729, 200000001];
const cpuHistogram = meter.createHistogram('container.cpu.usage', { unit: '{cpu}' });
const memoryHistogram = meter.createHistogram('container.memory.working_set', { unit: 'By' });
for (const value of cpu) cpuHistogram.record(value);
for (const value of memory) memoryHistogram.record(value);
meter.createCounter('container.cpu.throttled_time', { unit: 's' }).add(1.25);
meter.createCounter('container.restarts', { unit: '{restart}' }).add(2);
meter.createGauge('k8s.container.memory_limit', { unit: 'By' }).record(268435456);
meter.createGauge('k8s.container.cpu_request', { unit: '{cpu}' }).record(0.35);
// Two that must be refused: a metric we do not know, and an explicit-bucket histogram.
meter.createCounter('http.server.requests', { unit: '{request}' }).add(1);
meter.createHistogram('http.server.request.duration', { unit: 's' }).record(0.2);

const { resourceMetrics } = await reader.collect();
for (const { metrics } of resourceMetrics.scopeMetrics) {
  for (const { dataPoints } of metrics) {
    for (const point of dataPoints) {
      point.startTime = [START, 0];
      point.endTime = [END, 0];
    }
  }
}
writeFileSync('otel-sdk.bin', ProtobufMetricsSerializer.serializeRequest(resourceMetrics));
const values = { startSecond: START, endSecond: END, cpu, memory };
writeFileSync('otel-sdk.json', `${JSON.stringify(values, undefined, 2)}\n`);
await provider.shutdown();
