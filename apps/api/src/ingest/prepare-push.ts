import { createHash } from 'node:crypto';
import { encodeBlock, HistoryError, type UsageBlock } from '@trimtab/history';
import type { PushBody, PushIdentity } from '@trimtab/store/ingest';
import { dayOf, durationMs, epochMs } from '@trimtab/units';
import { type BatchCounters, decodeExport, readBatches, WireError } from '@trimtab/wire/otlp';
import { ApiError } from '../errors.ts';
import type { IngestLimits } from './limits.ts';

/** Points that were dropped, by reason. */
interface Rejection {
  readonly code: string;
  readonly count: number;
  /** One of them, in words. */
  readonly example: string;
}

/** A message that was read wholly: what is acknowledged later can be unpacked for certain. */
export interface PreparedPush {
  readonly identity: PushIdentity;
  readonly digest: Uint8Array;
  /** All of the message, the rejected ones included. */
  readonly points: number;
  readonly rejections: readonly Rejection[];
  readonly rejected: number;
  readonly bodies: readonly PushBody[];
  readonly counters: BatchCounters | undefined;
}

/** What reading a message depends on. */
export interface Preparing {
  readonly nowMs: number;
  readonly limits: Pick<IngestLimits, 'decode' | 'maxAgeMs' | 'maxFutureMs'>;
}

/** A sealed day may be this far ahead: the agent's clock and time zones of midnight. */
const DAYS_AHEAD = 1;

/**
 * Decodes a message, drops its bad points and writes the rest as body blocks, one an hour. Undefined for a request
 * that holds nothing at all, which OTLP takes for a probe.
 * Throws TT_INGEST_UNDECODABLE, TT_INGEST_TOO_LARGE, TT_INGEST_NO_IDENTITY, TT_INGEST_SEALED_AHEAD.
 */
export function preparePush(message: Uint8Array, preparing: Preparing): PreparedPush | undefined {
  const { nowMs, limits } = preparing;
  const read = readWhole(message, preparing);
  if (read.identity === undefined) {
    const points = read.points + read.rejected.count;
    if (points === 0) return undefined;
    throw noIdentity(points);
  }
  checkSealedDay(read.identity, nowMs + limits.maxFutureMs);
  return {
    identity: read.identity,
    digest: createHash('sha256').update(message).digest(),
    points: read.points + read.rejected.count,
    rejections: read.rejected.reasons,
    rejected: read.rejected.count,
    bodies: read.hours.map(bodyOf),
    counters: read.counters,
  };
}

function readWhole(message: Uint8Array, { nowMs, limits }: Preparing) {
  try {
    return readBatches(decodeExport(message, limits.decode), {
      now: epochMs(nowMs),
      maxAgeMs: durationMs(limits.maxAgeMs),
      maxFutureMs: durationMs(limits.maxFutureMs),
    });
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    const code =
      cause.code === 'TT_WIRE_TOO_LARGE' ? 'TT_INGEST_TOO_LARGE' : 'TT_INGEST_UNDECODABLE';
    throw new ApiError(code, `${cause.message} (${cause.code})`, { cause });
  }
}

/** A message may hold more, and longer texts, than a block: repeating it would not help. */
function bodyOf(usage: UsageBlock): PushBody {
  try {
    return { hour: usage.hour, block: encodeBlock(usage) };
  } catch (cause) {
    if (!(cause instanceof HistoryError)) throw cause;
    throw new ApiError('TT_INGEST_TOO_LARGE', `${cause.message} (${cause.code})`, { cause });
  }
}

function checkSealedDay(identity: PushIdentity, nowMs: number): void {
  const today = dayOf(epochMs(nowMs));
  if (identity.sealedDay <= today + DAYS_AHEAD) return;
  throw new ApiError(
    'TT_INGEST_SEALED_AHEAD',
    `batch ${identity.seq}: found sealed day ${identity.sealedDay}; expected at most ${today + DAYS_AHEAD} (days since 1970 UTC): set the node's clock`,
  );
}

function noIdentity(points: number): ApiError {
  return new ApiError(
    'TT_INGEST_NO_IDENTITY',
    `found ${points} data points without trimtab.batch.* attributes; expected a batch sealed by the Trimtab agent: ` +
      'other OpenTelemetry senders are not taken by this version, point them elsewhere',
  );
}
