import { createHash } from 'node:crypto';
import {
  type ContainerUsage,
  encodeBlock,
  type UsageWindow,
  WINDOW_MS,
  WINDOW_SECONDS,
} from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import { appendBatches, type Push } from '@trimtab/store/ingest';
import { bytes, epochDay, epochHour, epochMs, hourStart, millicores } from '@trimtab/units';
import type { Bench } from './database.ts';

/** Samples a window. */
export const SAMPLES = 20;

/** Which windows to make of which container. */
export interface UsageOf {
  readonly hour: number;
  /** Windows of the hour; default all twelve. */
  readonly windows?: readonly number[];
  readonly workload?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly fromSecond?: number;
  readonly toSecond?: number;
  readonly cpuRequest?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** CPU of every sample, in cores; default a curve that depends on pod, hour and window. */
  readonly cores?: number;
}

/** One container's usage, the same for the same arguments. */
export function usageOf(of: UsageOf): ContainerUsage {
  const { workload = 'cart', pod = `${workload}-0`, container = 'app' } = of;
  const windows = of.windows ?? Array.from({ length: 12 }, (_, index) => index);
  return {
    key: {
      namespace: 'shop',
      ownerKind: 'StatefulSet',
      ownerName: workload,
      podName: pod,
      podUid: `uid-${pod}`,
      container,
    },
    labels: of.labels ?? { app: workload },
    sizes: {
      cpuRequest: millicores(of.cpuRequest ?? 500),
      memoryRequest: bytes(256 * 2 ** 20),
      memoryLimit: bytes(512 * 2 ** 20),
    },
    windows: windows.map((index) => windowOf(of, pod, index)),
  };
}

function windowOf(of: UsageOf, pod: string, index: number): UsageWindow {
  const seed = createHash('sha256').update(`${pod}/${of.hour}/${index}`).digest();
  const level = of.cores ?? 0.05 + (seed[0] ?? 0) / 400;
  const values = Array.from({ length: SAMPLES }, (_, sample) => level * (1 + (sample % 5) / 10));
  return {
    start: epochMs(hourStart(epochHour(of.hour)) + index * WINDOW_MS),
    fromSecond: of.fromSecond ?? 0,
    toSecond: of.toSecond ?? WINDOW_SECONDS,
    cpu: Sketch.of(values),
    memory: Sketch.of(values.map((value) => Math.round((100 + value * 200) * 2 ** 20))),
  };
}

/** One batch, as the API appends it. */
export interface BatchOf {
  readonly seq: number;
  readonly epoch?: bigint;
  readonly agentId?: number;
  readonly usages: readonly ContainerUsage[];
  readonly hour: number;
  /** Stored instead of the encoded usages. */
  readonly block?: Uint8Array;
}

/** Appends batches through the API's own statements. */
export async function push(
  bench: Pick<Bench, 'ingest' | 'tenantId' | 'clusterId' | 'agentId'>,
  batches: readonly BatchOf[],
): Promise<void> {
  const today = Math.floor(Date.now() / 86_400_000);
  const pushes = batches.map((batch): Push => {
    const { seq, epoch = 7n, hour } = batch;
    const block = batch.block ?? encodeBlock({ hour: epochHour(hour), containers: batch.usages });
    return {
      tenantId: bench.tenantId,
      clusterId: bench.clusterId,
      agentId: batch.agentId ?? bench.agentId,
      identity: { epoch, seq, sealedDay: epochDay(today) },
      digest: createHash('sha256').update(`${epoch}/${seq}`).digest(),
      points: 1,
      rejected: 0,
      bodies: [{ hour: epochHour(hour), block }],
    };
  });
  const outcomes = await appendBatches(bench.ingest, pushes);
  const other = outcomes.find((outcome) => outcome.kind !== 'stored');
  if (other !== undefined) throw new Error(`a batch was not stored: ${JSON.stringify(other)}`);
}
