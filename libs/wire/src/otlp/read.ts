/**
 * Turns a decoded message into usage by UTC hour. One bad point never costs its neighbours: each is dropped and
 * counted by reason, so that accepted and rejected points together are all data points of the message.
 */
import { type DurationMs, durationMs, type EpochMs, MINUTE_MS } from '@trimtab/units';
import { type ContainerName, readContainer } from './attributes.ts';
import type { BatchCounters, BatchIdentity } from './batch.ts';
import type { ExportMessage } from './decode.ts';
import type { Metric, ResourceMetrics } from './gen/otlp/metrics_pb.ts';
import { Hours, type HourUsage } from './hours.ts';
import { checkMetric, countPoints, metricPlace } from './metrics.ts';
import { DELTA } from './names.ts';
import type { AcceptedTime } from './points.ts';
import { quote, Refusal, type Rejections, Tally } from './rejections.ts';
import { isSender, readSender } from './sender.ts';
import { METRIC_READERS, type MetricReader } from './take.ts';

/** Which moments a reader takes. */
export interface ReadOptions {
  readonly now: EpochMs;
  /** How long ago a window may have ended. */
  readonly maxAgeMs: DurationMs;
  /** How far ahead of `now` a window may end, since clocks differ; 10 minutes unless told. */
  readonly maxFutureMs?: DurationMs;
}

/** What a message held. */
export interface Batches {
  /** Absent where the sender is not our agent. */
  readonly identity?: BatchIdentity;
  readonly counters?: BatchCounters;
  /** In order, each hour once; none where no point was taken. A batch of our agent has one. */
  readonly hours: readonly HourUsage[];
  /** Data points taken. */
  readonly points: number;
  readonly rejected: Rejections;
}

/** Ten minutes: more than clocks kept by any time service differ, less than a window and its push. */
const DEFAULT_MAX_FUTURE_MS = durationMs(10 * MINUTE_MS);

/**
 * Reads a message. Windows of one container are sorted by time; a container told only by its sizes has none.
 * Throws WireError TT_WIRE_BAD_IDENTITY where our agent's batch is named wrongly; nothing else is thrown.
 */
export function readBatches(message: ExportMessage, options: ReadOptions): Batches {
  const accepted = { maxFutureMs: DEFAULT_MAX_FUTURE_MS, ...options };
  const reading = { accepted, tally: new Tally(), hours: new Hours() };
  const resources = [...message.resourceMetrics.entries()];
  const first = message.resourceMetrics[0];
  const isOurs = first !== undefined && isSender(first);
  const sender = isOurs ? readSender(first, reading.tally) : {};
  for (const [index, resource] of isOurs ? resources.slice(1) : resources) {
    readResource(resource, index, reading);
  }
  const hours = reading.hours.close(reading.tally);
  const { accepted: points, rejections } = reading.tally.result();
  return { ...sender, hours, points, rejected: rejections };
}

interface Reading {
  readonly accepted: AcceptedTime;
  readonly tally: Tally;
  readonly hours: Hours;
}

/** Reads the points of one resource into the hours; all of them are counted, taken or not. */
function readResource(resource: ResourceMetrics, index: number, reading: Reading): void {
  const container = readContainer(resource.resource?.attributes ?? []);
  const place = container instanceof Refusal ? '' : ` (${describe(container)})`;
  for (const metric of resource.scopeMetrics.flatMap((scope) => scope.metrics)) {
    const where = () => `resource ${index}${place}, ${metricPlace(metric)}`;
    const reader = METRIC_READERS.get(metric.name);
    const refusal = checkMetric(metric, reader?.metric, DELTA);
    if (refusal !== undefined) reading.tally.reject(refusal, countPoints(metric), where);
    else if (container instanceof Refusal) {
      reading.tally.reject(container, countPoints(metric), where);
    } else if (reader !== undefined) readPoints({ metric, reader, container, where }, reading);
  }
}

interface KnownMetric {
  readonly metric: Metric;
  readonly reader: MetricReader;
  readonly container: ContainerName;
  readonly where: () => string;
}

function readPoints({ metric, reader, container, where }: KnownMetric, reading: Reading): void {
  const { accepted, hours, tally } = reading;
  const points = metric.data.value?.dataPoints ?? [];
  for (const [index, point] of points.entries()) {
    const taken = reader.take(point, accepted);
    const refusal = taken instanceof Refusal ? taken : hours.put(container, taken);
    if (refusal === undefined) tally.accept(1);
    else tally.reject(refusal, 1, () => `${where()}, point ${index}`);
  }
}

function describe({ key: { namespace, podName, container } }: ContainerName): string {
  return [namespace, podName, container].map(quote).join(' ');
}
