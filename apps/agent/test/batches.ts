import { epochDay, epochHour, epochMs, HOUR_MS } from '@trimtab/units';
import type { SealedBatch } from '../src/push/index.ts';

/** The hour the batches of these tests are about. */
const HOUR = 492_000;

/** A batch whose body says its own seq and is otherwise filler. */
export function batchOf(seq: number, size = 40, epoch = 7n): SealedBatch {
  const body = new Uint8Array(Math.max(size, 8)).fill(seq % 251);
  new DataView(body.buffer).setUint32(0, seq);
  return {
    header: {
      identity: { epoch, seq, sealedDay: epochDay(20_500) },
      hour: epochHour(HOUR),
      sealedUntil: epochMs(HOUR * HOUR_MS + seq),
      windows: 3,
      encoding: 'zstd',
    },
    body,
  };
}
