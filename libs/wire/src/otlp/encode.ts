/**
 * Writes a batch as one OTLP export request; the table of names is in the package's README.
 *
 * The same batch gives the same bytes: attributes and metrics have a fixed order, labels are sorted by key and
 * nothing depends on the clock. What says nothing is not sent: a window that measured nothing, an empty sketch,
 * a memory limit of a kill without a kill, a container with neither windows nor sizes. Labels that would have the
 * whole batch refused (too long, or the 59th and later by key) are left out: usage matters more.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type ContainerSizes,
  type ContainerUsage,
  type UsageWindow,
  WINDOW_MS,
  WINDOW_SECONDS,
} from '@trimtab/history';
import type { Sketch } from '@trimtab/sketch';
import { type EpochMs, epochMs, hourOf, hourStart, millicoresToCores } from '@trimtab/units';
import type { Batch, BatchCounters, BatchIdentity } from './batch.ts';
import { WireError } from './errors.ts';
import {
  type ExponentialHistogramDataPointSchema,
  ExportMetricsServiceRequestSchema,
  type KeyValueSchema,
  type MetricSchema,
  type NumberDataPointSchema,
  type ResourceMetricsSchema,
} from './gen/otlp/metrics_pb.ts';
import { DEFAULT_DECODE_LIMITS } from './limits.ts';
import {
  CONTAINER,
  COUNTER_METRICS,
  CUMULATIVE,
  DELTA,
  LABEL_PREFIX,
  type MetricName,
  POINT,
  SENDER,
  SERVICE_NAME,
  SIZE_METRICS,
  STARTUP,
  WINDOW_METRICS,
} from './names.ts';
import { msOfSeconds, nanosOf } from './nanos.ts';

type Attribute = MessageInitShape<typeof KeyValueSchema>;
type MetricInit = MessageInitShape<typeof MetricSchema>;
type NumberPoint = MessageInitShape<typeof NumberDataPointSchema>;
type SketchPoint = MessageInitShape<typeof ExponentialHistogramDataPointSchema>;
type Resource = MessageInitShape<typeof ResourceMetricsSchema>;

/**
 * Encodes a batch, uncompressed. Throws WireError TT_WIRE_BAD_BATCH where a window lies outside the batch's hour or
 * covers no whole seconds of its five minutes, or the identity is out of range: every receiver would refuse that.
 */
export function encodeExport(batch: Batch): Uint8Array {
  const resourceMetrics: Resource[] = [];
  if (batch.identity !== undefined || batch.counters !== undefined) {
    resourceMetrics.push(senderResource(batch));
  }
  for (const usage of batch.containers) {
    const metrics = [...windowMetrics(usage, batch), ...sizeMetrics(usage, batch)];
    if (metrics.length > 0) resourceMetrics.push(resource(containerAttributes(usage), metrics));
  }
  const message = create(ExportMetricsServiceRequestSchema, { resourceMetrics });
  return toBinary(ExportMetricsServiceRequestSchema, message);
}

function senderResource(batch: Batch): Resource {
  const attributes = [text(SENDER.service, SERVICE_NAME)];
  if (batch.identity !== undefined) attributes.push(...identityAttributes(batch.identity));
  const metrics = batch.counters === undefined ? [] : counterMetrics(batch.counters, batch);
  return resource(attributes, metrics);
}

function identityAttributes({ epoch, seq, sealedDay }: BatchIdentity): Attribute[] {
  if (BigInt.asUintN(64, epoch) !== epoch) {
    throw badBatch(`epoch ${epoch}`, '0 to 2^64 - 1');
  }
  if (!Number.isSafeInteger(seq) || seq < 1) throw badBatch(`seq ${seq}`, '1 to 2^53 - 1');
  return [
    text(SENDER.epoch, epoch.toString(16).padStart(16, '0')),
    whole(SENDER.seq, seq),
    whole(SENDER.sealedDay, sealedDay),
  ];
}

function counterMetrics(counters: BatchCounters, batch: Batch): MetricInit[] {
  const timeUnixNano = nanosOf(hourStart(batch.hour));
  const metric = (name: MetricName, value: number) =>
    sum(name, CUMULATIVE, [{ timeUnixNano, value: wholeNumber(value) }]);
  return [
    metric(COUNTER_METRICS.sealed, counters.sealed),
    metric(COUNTER_METRICS.acked, counters.acked),
    metric(COUNTER_METRICS.coarsened, counters.coarsened),
    metric(COUNTER_METRICS.dropped, counters.dropped),
  ];
}

function containerAttributes({ key, labels }: ContainerUsage): Attribute[] {
  const attributes = [
    text(CONTAINER.namespace, key.namespace),
    text(CONTAINER.podName, key.podName),
    text(CONTAINER.podUid, key.podUid),
    text(CONTAINER.container, key.container),
    text(CONTAINER.ownerKind, key.ownerKind),
    text(CONTAINER.ownerName, key.ownerName),
  ];
  const fitting = Object.entries(labels)
    .map(([label, value]): [string, string] => [LABEL_PREFIX + label, value])
    .filter(([key, value]) => byteLength(key) <= maxKeyBytes && byteLength(value) <= maxValueBytes)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = fitting.slice(0, maxAttributes - attributes.length);
  return [...attributes, ...pairs.map(([key, value]) => text(key, value))];
}

const { maxKeyBytes, maxValueBytes, maxAttributes } = DEFAULT_DECODE_LIMITS;
const UTF8 = new TextEncoder();

function byteLength(value: string): number {
  return UTF8.encode(value).length;
}

/** The points of one container, a list a metric. */
interface WindowPoints {
  readonly cpu: SketchPoint[];
  readonly memory: SketchPoint[];
  readonly throttledSeconds: NumberPoint[];
  readonly oomKills: NumberPoint[];
  readonly restarts: NumberPoint[];
}

function windowMetrics(usage: ContainerUsage, batch: Batch): MetricInit[] {
  const points: WindowPoints = {
    cpu: [],
    memory: [],
    throttledSeconds: [],
    oomKills: [],
    restarts: [],
  };
  for (const window of usage.windows) addWindow(points, window, batch);
  return [
    histogram(WINDOW_METRICS.cpu, points.cpu),
    histogram(WINDOW_METRICS.memory, points.memory),
    sum(WINDOW_METRICS.throttledSeconds, DELTA, points.throttledSeconds),
    sum(WINDOW_METRICS.oomKills, DELTA, points.oomKills),
    sum(WINDOW_METRICS.restarts, DELTA, points.restarts),
  ].filter((metric) => metric.data.value.dataPoints.length > 0);
}

function addWindow(points: WindowPoints, window: UsageWindow, batch: Batch): void {
  const cover = coverOf(window, batch);
  const { cpu, startupCpu, memory, throttledSeconds, oomKills, oomLimit, restarts } = window;
  if (hasSamples(cpu)) points.cpu.push(sketchPoint(cpu, cover, []));
  if (hasSamples(startupCpu)) {
    points.cpu.push(sketchPoint(startupCpu, cover, [text(POINT.phase, STARTUP)]));
  }
  if (hasSamples(memory)) points.memory.push(sketchPoint(memory, cover, []));
  if (throttledSeconds !== undefined) {
    points.throttledSeconds.push({ ...cover, value: fraction(throttledSeconds) });
  }
  if (oomKills !== undefined) {
    const attributes = oomLimit === undefined ? [] : [whole(POINT.memoryLimit, oomLimit)];
    points.oomKills.push({ ...cover, value: wholeNumber(oomKills), attributes });
  }
  if (restarts !== undefined) points.restarts.push({ ...cover, value: wholeNumber(restarts) });
}

function hasSamples(sketch: Sketch | undefined): sketch is Sketch {
  return sketch !== undefined && sketch.count > 0;
}

interface Cover {
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
}

function coverOf({ start, fromSecond, toSecond }: UsageWindow, { hour }: Batch): Cover {
  if (start % WINDOW_MS !== 0 || hourOf(start) !== hour) {
    throw badBatch(`a window that starts at ${start} ms`, `a five-minute step of hour ${hour}`);
  }
  const isInside = fromSecond >= 0 && fromSecond < toSecond && toSecond <= WINDOW_SECONDS;
  if (!isInside || !Number.isInteger(fromSecond) || !Number.isInteger(toSecond)) {
    throw badBatch(
      `a cover from second ${fromSecond} to ${toSecond}`,
      `whole seconds within 0 to ${WINDOW_SECONDS}`,
    );
  }
  return {
    startTimeUnixNano: nanosOf(laterBy(start, fromSecond)),
    timeUnixNano: nanosOf(laterBy(start, toSecond)),
  };
}

function laterBy(start: EpochMs, seconds: number): EpochMs {
  return epochMs(start + msOfSeconds(seconds));
}

/** Sizes are told as of the start of the last window: surely a moment inside the batch's hour. */
function sizeMetrics({ sizes, windows }: ContainerUsage, { hour }: Batch): MetricInit[] {
  const timeUnixNano = nanosOf(windows.at(-1)?.start ?? hourStart(hour));
  const metrics: MetricInit[] = [];
  for (const [size, name] of SIZE_ENTRIES) {
    const value = sizeValue(sizes, size);
    if (value !== undefined) metrics.push(gauge(name, [{ timeUnixNano, value }]));
  }
  return metrics;
}

const SIZE_ENTRIES: readonly (readonly [keyof ContainerSizes, MetricName])[] = [
  ['cpuRequest', SIZE_METRICS.cpuRequest],
  ['cpuLimit', SIZE_METRICS.cpuLimit],
  ['memoryRequest', SIZE_METRICS.memoryRequest],
  ['memoryLimit', SIZE_METRICS.memoryLimit],
];

function sizeValue(sizes: ContainerSizes, size: keyof ContainerSizes): NumberPoint['value'] {
  if (size === 'memoryRequest' || size === 'memoryLimit') {
    const memory = sizes[size];
    return memory === undefined ? undefined : wholeNumber(memory);
  }
  const cpu = sizes[size];
  return cpu === undefined ? undefined : fraction(millicoresToCores(cpu));
}

function sketchPoint(sketch: Sketch, cover: Cover, attributes: Attribute[]): SketchPoint {
  return {
    ...cover,
    attributes,
    count: BigInt(sketch.count),
    sum: sketch.sum,
    scale: sketch.scale,
    zeroCount: BigInt(sketch.zeroCount),
    positive: { offset: sketch.offset, bucketCounts: Array.from(sketch.bucketCounts, BigInt) },
    ...(sketch.min === undefined ? {} : { min: sketch.min }),
    ...(sketch.max === undefined ? {} : { max: sketch.max }),
  };
}

function resource(attributes: Attribute[], metrics: MetricInit[]): Resource {
  return { resource: { attributes }, scopeMetrics: metrics.length > 0 ? [{ metrics }] : [] };
}

function histogram({ name, unit }: MetricName, dataPoints: SketchPoint[]) {
  const value = { dataPoints, aggregationTemporality: DELTA };
  return { name, unit, data: { case: 'exponentialHistogram' as const, value } };
}

function sum({ name, unit }: MetricName, temporality: number, dataPoints: NumberPoint[]) {
  const value = { dataPoints, aggregationTemporality: temporality, isMonotonic: true };
  return { name, unit, data: { case: 'sum' as const, value } };
}

function gauge({ name, unit }: MetricName, dataPoints: NumberPoint[]): MetricInit {
  return { name, unit, data: { case: 'gauge', value: { dataPoints } } };
}

function text(key: string, value: string): Attribute {
  return { key, value: { value: { case: 'stringValue', value } } };
}

function whole(key: string, value: number): Attribute {
  return { key, value: { value: { case: 'intValue', value: BigInt(value) } } };
}

function wholeNumber(value: number): NonNullable<NumberPoint['value']> {
  if (!Number.isSafeInteger(value) || value < 0) throw badBatch(`${value}`, '0 to 2^53 - 1, whole');
  return { case: 'asInt', value: BigInt(value) };
}

function fraction(value: number): NonNullable<NumberPoint['value']> {
  if (!Number.isFinite(value) || value < 0) throw badBatch(`${value}`, 'a finite number from 0 up');
  return { case: 'asDouble', value };
}

function badBatch(found: string, expected: string): WireError {
  return new WireError(
    'TT_WIRE_BAD_BATCH',
    `batch to encode: found ${found}; expected ${expected}; leave out what was not measured`,
  );
}
