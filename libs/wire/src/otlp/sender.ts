/** Reads the first resource of our agent's messages: who sent the batch, which batch it is and what became of others. */
import { type EpochDay, epochDay, UnitError } from '@trimtab/units';
import { type Attributes, readAttributes, readText, readWhole } from './attributes.ts';
import type { BatchCounters, BatchIdentity } from './batch.ts';
import { WireError } from './errors.ts';
import type { KeyValue, Metric, ResourceMetrics } from './gen/otlp/metrics_pb.ts';
import { checkMetric, countPoints, metricPlace } from './metrics.ts';
import { COUNTER_METRICS, CUMULATIVE, SENDER, SERVICE_NAME } from './names.ts';
import { readWholeNumber } from './points.ts';
import { Refusal, type Tally } from './rejections.ts';

/** What the first resource says. */
export interface Sender {
  readonly identity?: BatchIdentity;
  readonly counters?: BatchCounters;
}

/** Whether a resource speaks of our agent itself. */
export function isSender({ resource }: ResourceMetrics): boolean {
  return (resource?.attributes ?? []).some(
    ({ key, value }) => key === SENDER.service && value?.value.value === SERVICE_NAME,
  );
}

/**
 * Reads the sender; its points are counted. The identity is absent where no part of it is there. Throws WireError
 * TT_WIRE_BAD_IDENTITY where parts of it are missing or out of range: such a batch could not be recognised again.
 * The counters are absent unless all four are there.
 */
export function readSender(sender: ResourceMetrics, tally: Tally): Sender {
  const identity = readIdentity(sender.resource?.attributes ?? []);
  const counters = readCounters(sender, tally);
  return {
    ...(identity === undefined ? {} : { identity }),
    ...(counters === undefined ? {} : { counters }),
  };
}

function readIdentity(pairs: readonly KeyValue[]): BatchIdentity | undefined {
  const attributes = orThrow(readAttributes(pairs));
  const parts = [SENDER.epoch, SENDER.seq, SENDER.sealedDay];
  if (parts.every((part) => !attributes.has(part))) return undefined;
  const epoch = orThrow(readText(attributes, SENDER.epoch));
  if (!/^[0-9a-f]{16}$/.test(epoch)) {
    throw badIdentity(`${SENDER.epoch} of ${epoch.length} characters`, '16 of 0-9 and a-f');
  }
  const seq = orThrow(readWhole(attributes, SENDER.seq));
  if (seq === 0) throw badIdentity(`${SENDER.seq} 0`, '1 or more');
  return { epoch: BigInt(`0x${epoch}`), seq, sealedDay: readDay(attributes) };
}

function readDay(attributes: Attributes): EpochDay {
  const day = orThrow(readWhole(attributes, SENDER.sealedDay));
  try {
    return epochDay(day);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw badIdentity(`${SENDER.sealedDay} ${day}`, 'a day since 1970', { cause: error });
  }
}

const COUNTERS = new Map(
  (['sealed', 'acked', 'coarsened', 'dropped'] as const).map((counter) => [
    COUNTER_METRICS[counter].name as string,
    counter,
  ]),
);

function readCounters(sender: ResourceMetrics, tally: Tally): BatchCounters | undefined {
  const found = new Map<keyof BatchCounters, number>();
  for (const metric of sender.scopeMetrics.flatMap((scope) => scope.metrics)) {
    const refusal = readCounter(metric, found, tally);
    if (refusal !== undefined) {
      tally.reject(refusal, countPoints(metric), () => `sender, ${metricPlace(metric)}`);
    }
  }
  const [sealed, acked, coarsened, dropped] = [...COUNTERS.values()].map((name) => found.get(name));
  if (sealed === undefined || acked === undefined) return undefined;
  if (coarsened === undefined || dropped === undefined) return undefined;
  return { sealed, acked, coarsened, dropped };
}

/** Takes a counter's metric whole, or refuses it whole. */
function readCounter(
  metric: Metric,
  found: Map<keyof BatchCounters, number>,
  tally: Tally,
): Refusal | undefined {
  const counter = COUNTERS.get(metric.name);
  const expected = counter === undefined ? undefined : COUNTER_METRICS[counter];
  const refusal = checkMetric(metric, expected, CUMULATIVE);
  if (refusal !== undefined) return refusal;
  const points = metric.data.case === 'sum' ? metric.data.value.dataPoints : [];
  const [point, ...more] = points;
  if (point === undefined || counter === undefined) return undefined;
  if (more.length > 0 || found.has(counter)) {
    return new Refusal('TT_WIRE_POINT_DUPLICATE', 'several points of a counter', 'one');
  }
  const value = readWholeNumber(point);
  if (value instanceof Refusal) return value;
  found.set(counter, value);
  tally.accept(1);
  return undefined;
}

function orThrow<T>(value: T | Refusal): T {
  if (!(value instanceof Refusal)) return value;
  throw new WireError('TT_WIRE_BAD_IDENTITY', `batch identity: ${value.problem}`);
}

function badIdentity(found: string, expected: string, options?: ErrorOptions): WireError {
  return new WireError(
    'TT_WIRE_BAD_IDENTITY',
    `batch identity: found ${found}; expected ${expected}`,
    options,
  );
}
