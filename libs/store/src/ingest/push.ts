import type { EpochDay, EpochHour } from '@trimtab/units';

/** What names a batch within its agent: the same for every retry, since it is inside the hashed bytes. */
export interface PushIdentity {
  /** 64 random bits of one process start, 0 to 2^64 - 1. */
  readonly epoch: bigint;
  /** 1, 2, 3, ... within the epoch. */
  readonly seq: number;
  /** The day on which the agent sealed the batch, by the agent's clock. */
  readonly sealedDay: EpochDay;
}

/** One hour of a batch in the bytes that are kept. */
export interface PushBody {
  readonly hour: EpochHour;
  /** A body block of `@trimtab/history`. */
  readonly block: Uint8Array;
}

/** One decoded and authenticated push, ready to be appended. */
export interface Push {
  readonly tenantId: number;
  readonly clusterId: number;
  readonly agentId: number;
  readonly identity: PushIdentity;
  /** SHA-256 of the uncompressed message, 32 bytes. */
  readonly digest: Uint8Array;
  /** Data points in the message, the rejected ones included. */
  readonly points: number;
  readonly rejected: number;
  /** At most one body an hour; none where every point was rejected. */
  readonly bodies: readonly PushBody[];
}

/** What became of one push. All of them are final answers: a repeat of the same push gets the same one. */
export type PushOutcome =
  /** Appended by this call. */
  | { readonly kind: 'stored' }
  /** The same bytes were appended before; `rejected` as counted then, undefined where only the watermark remembers. */
  | { readonly kind: 'duplicate'; readonly rejected: number | undefined }
  /** Other bytes were appended under this identity; nothing was changed. */
  | { readonly kind: 'conflict' }
  /** The batches of that sealed day are gone and the watermark has never seen this one. */
  | { readonly kind: 'too-old' };

/** The primary key of a batch as one string, for maps. */
export function batchKey(push: Push): string {
  const { epoch, seq, sealedDay } = push.identity;
  return `${push.tenantId}/${push.agentId}/${epoch}/${seq}/${sealedDay}`;
}

/** PostgreSQL's int8 is signed: the same 64 bits, read as two's complement. */
export function signedEpoch(epoch: bigint): bigint {
  return BigInt.asIntN(64, epoch);
}
