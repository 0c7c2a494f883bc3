import type { ContainerUsage } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import {
  bytes,
  dayOf,
  type EpochMs,
  epochMs,
  hourOf,
  hourStart,
  MINUTE_MS,
  millicores,
} from '@trimtab/units';
import { encodeExport } from '@trimtab/wire/otlp';

/** Which batch to make; everything has a default. */
export interface BatchWish {
  readonly epoch?: bigint;
  readonly seq?: number;
  readonly sealedDay?: number;
  /** A moment in the hour of usage; default one hour before `nowMs`. */
  readonly atMs?: number;
  readonly nowMs?: number;
  readonly containers?: number;
  /** Samples of each sketch. */
  readonly samples?: number;
  /** Windows the agent says it dropped. */
  readonly dropped?: number;
  /** Makes the bytes differ. */
  readonly salt?: number;
}

/** The bytes of a batch as an agent seals it: one 5-minute window of each container. */
export function sealedBatch(wish: BatchWish = {}): Uint8Array {
  const nowMs = wish.nowMs ?? Date.now();
  const hour = hourOf(epochMs(wish.atMs ?? nowMs - 60 * MINUTE_MS));
  const { seq = 1, epoch = 0xfedc_ba98_7654_3210n, containers = 2, dropped = 0 } = wish;
  const sealedDay = wish.sealedDay ?? dayOf(epochMs(nowMs));
  return encodeExport({
    identity: { epoch, seq, sealedDay: dayOf(epochMs(sealedDay * 86_400_000)) },
    hour,
    counters: { sealed: seq, acked: seq - 1, coarsened: 0, dropped },
    containers: Array.from({ length: containers }, (_, index) =>
      containerUsage(index, hourStart(hour), wish),
    ),
  });
}

function containerUsage(index: number, start: EpochMs, wish: BatchWish): ContainerUsage {
  const { samples = 20, salt = 0 } = wish;
  const values = Array.from({ length: samples }, (_, at) => 1 + ((index + at * 7 + salt) % 13));
  return {
    key: {
      namespace: 'shop',
      ownerKind: 'ReplicaSet',
      ownerName: `web-${index}-5d8f9c7b6d`,
      podName: `web-${index}-5d8f9c7b6d-x${index}`,
      podUid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      container: 'app',
    },
    labels: { app: `web-${index}` },
    sizes: { cpuRequest: millicores(500), memoryRequest: bytes(2 ** 28) },
    windows: [
      {
        start,
        fromSecond: 0,
        toSecond: 300,
        cpu: Sketch.of(values.map((value) => value / 20)),
        memory: Sketch.of(values.map((value) => value * 2 ** 24)),
      },
    ],
  };
}
