/** One reader a metric of containers: which points it takes and where their values go. */
import { type ContainerSizes, findImplausible } from '@trimtab/history';
import type { Sketch } from '@trimtab/sketch';
import { bytes, cores, coresToMillicores, type Millicores, millicores } from '@trimtab/units';
import { type Attributes, readAttributes, readText, readWhole } from './attributes.ts';
import type {
  ExponentialHistogramDataPoint,
  KeyValue,
  NumberDataPoint,
  UnreadDataPoint,
} from './gen/otlp/metrics_pb.ts';
import type { Taken, WindowContent } from './hours.ts';
import { type MetricName, POINT, SIZE_METRICS, STARTUP, WINDOW_METRICS } from './names.ts';
import {
  type AcceptedTime,
  type Cover,
  readCover,
  readMoment,
  readNumber,
  readSketch,
  readWholeNumber,
} from './points.ts';
import { quote, Refusal } from './rejections.ts';

/** A data point of any kind. */
type DataPoint = ExponentialHistogramDataPoint | NumberDataPoint | UnreadDataPoint;

/** Reads the points of one metric. */
export interface MetricReader {
  readonly metric: MetricName;
  readonly take: (point: DataPoint, accepted: AcceptedTime) => Taken | Refusal;
}

const READERS: readonly MetricReader[] = [
  sketchReader(WINDOW_METRICS.cpu, POINT.phase, placeCpu),
  sketchReader(WINDOW_METRICS.memory, undefined, (memory) => ({ memory })),
  sumReader(WINDOW_METRICS.throttledSeconds, undefined, (point) =>
    map(readNumber(point), (throttledSeconds) => ({ throttledSeconds })),
  ),
  sumReader(WINDOW_METRICS.oomKills, POINT.memoryLimit, placeKills),
  sumReader(WINDOW_METRICS.restarts, undefined, (point) =>
    map(readWholeNumber(point), (restarts) => ({ restarts })),
  ),
  sizeReader(SIZE_METRICS.cpuRequest, readCpu, (cpuRequest) => ({ cpuRequest })),
  sizeReader(SIZE_METRICS.cpuLimit, readCpu, (cpuLimit) => ({ cpuLimit })),
  sizeReader(SIZE_METRICS.memoryRequest, readMemory, (memoryRequest) => ({ memoryRequest })),
  sizeReader(SIZE_METRICS.memoryLimit, readMemory, (memoryLimit) => ({ memoryLimit })),
];

/** The readers by the name of their metric. */
export const METRIC_READERS: ReadonlyMap<string, MetricReader> = new Map(
  READERS.map((reader) => [reader.metric.name, reader]),
);

/** Steady and start-up CPU share a metric and are told apart by the phase. */
function placeCpu(cpu: Sketch, attributes: Attributes): WindowContent | Refusal {
  if (!attributes.has(POINT.phase)) return { cpu };
  return map(readText(attributes, POINT.phase), (phase) => {
    if (phase === STARTUP) return { startupCpu: cpu };
    const found = `${POINT.phase} ${quote(phase)}`;
    return new Refusal('TT_WIRE_POINT_ATTRIBUTE', found, `${STARTUP} or no such attribute`);
  });
}

function placeKills(point: NumberDataPoint, attributes: Attributes): WindowContent | Refusal {
  return map(readWholeNumber(point), (oomKills) => {
    if (!attributes.has(POINT.memoryLimit)) return { oomKills };
    return map(readWhole(attributes, POINT.memoryLimit), (limit) => ({
      oomKills,
      oomLimit: bytes(limit),
    }));
  });
}

function sketchReader(
  metric: MetricName,
  attribute: string | undefined,
  place: (sketch: Sketch, attributes: Attributes) => WindowContent | Refusal,
): MetricReader {
  return {
    metric,
    take: (point, accepted) => {
      if (point.$typeName !== 'trimtab.otlp.ExponentialHistogramDataPoint') return wrongKind(point);
      const cover = readCover(point, accepted);
      if (cover instanceof Refusal) return cover;
      const attributes = readPointAttributes(point.attributes, attribute);
      if (attributes instanceof Refusal) return attributes;
      const sketch = readSketch(point);
      const content = sketch === undefined ? {} : map(sketch, (it) => place(it, attributes));
      return map(content, (it) => windowTaken(cover, it));
    },
  };
}

function sumReader(
  metric: MetricName,
  attribute: string | undefined,
  place: (point: NumberDataPoint, attributes: Attributes) => WindowContent | Refusal,
): MetricReader {
  return {
    metric,
    take: (point, accepted) => {
      if (point.$typeName !== 'trimtab.otlp.NumberDataPoint') return wrongKind(point);
      const cover = readCover(point, accepted);
      if (cover instanceof Refusal) return cover;
      const attributes = readPointAttributes(point.attributes, attribute);
      if (attributes instanceof Refusal) return attributes;
      return map(place(point, attributes), (content) => windowTaken(cover, content));
    },
  };
}

function windowTaken(cover: Cover, content: WindowContent): Taken | Refusal {
  const problem = findImplausible(content);
  if (problem === undefined) return { kind: 'window', cover, content };
  return new Refusal('TT_WIRE_POINT_VALUE', problem.found, problem.expected);
}

function sizeReader<Value>(
  metric: MetricName,
  read: (point: NumberDataPoint) => Value | Refusal,
  place: (value: Value) => ContainerSizes,
): MetricReader {
  return {
    metric,
    take: (point, accepted) => {
      if (point.$typeName !== 'trimtab.otlp.NumberDataPoint') return wrongKind(point);
      const second = readMoment(point, accepted);
      if (second instanceof Refusal) return second;
      const attributes = readPointAttributes(point.attributes, undefined);
      if (attributes instanceof Refusal) return attributes;
      return map(read(point), (value) => ({ kind: 'size', second, size: place(value) }));
    },
  };
}

const NO_ATTRIBUTES: Attributes = new Map();

/**
 * The attributes of a point, of which at most one is known. Any other one means that the point is a part of a
 * whole (user time of all CPU time, one interface of several): it must not be taken for the whole.
 */
function readPointAttributes(
  pairs: readonly KeyValue[],
  known: string | undefined,
): Attributes | Refusal {
  if (pairs.length === 0) return NO_ATTRIBUTES;
  for (const { key } of pairs) {
    if (key === known) continue;
    const found = `point attribute ${quote(key)}`;
    return new Refusal('TT_WIRE_POINT_ATTRIBUTE', found, known ?? 'none on this metric');
  }
  return readAttributes(pairs);
}

/** A container asking for more than a billion cores has a broken sender. */
const MAX_CORES = 1e9;
/** Millicores in a nanocore, Kubernetes' finest step: rounding to it undoes the error of cores as a binary fraction. */
const NANOCORES_PER_MILLICORE = 1e6;

function readCpu(point: NumberDataPoint): Millicores | Refusal {
  return map(readNumber(point), (found) => {
    if (found > MAX_CORES) {
      return new Refusal('TT_WIRE_POINT_VALUE', `${found} cores`, `at most ${MAX_CORES}`);
    }
    const exact = coresToMillicores(cores(found));
    return millicores(Math.round(exact * NANOCORES_PER_MILLICORE) / NANOCORES_PER_MILLICORE);
  });
}

function readMemory(point: NumberDataPoint) {
  return map(readWholeNumber(point), bytes);
}

function map<Value, Result>(
  value: Value | Refusal,
  then: (value: Value) => Result | Refusal,
): Result | Refusal {
  return value instanceof Refusal ? value : then(value);
}

function wrongKind({ $typeName }: DataPoint): Refusal {
  return new Refusal('TT_WIRE_POINT_KIND', $typeName, 'a point of the kind of its metric');
}
