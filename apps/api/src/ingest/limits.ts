import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from '@trimtab/wire/otlp';

const MIB = 1024 * 1024;

/** What one push, one connection and the process as a whole may take. */
export interface IngestLimits {
  /** Bytes of a push as they come. */
  readonly maxCompressedBytes: number;
  /** Bytes of the message itself. */
  readonly maxBytes: number;
  /** Uncompressed over compressed bytes; below 64 KiB any ratio is taken. */
  readonly maxRatio: number;
  /** What the message may hold. */
  readonly decode: DecodeLimits;
  /** Threads that decode; 0 decodes in the thread that also serves the connections. */
  readonly decodeThreads: number;
  /** Bytes of all pushes together that are being read, decoded or waiting for their commit. */
  readonly maxBytesInFlight: number;
  /** Usage older than this is rejected point by point; batches are told apart for eight days. */
  readonly maxAgeMs: number;
  /** Usage further ahead of the server's clock than this is rejected point by point. */
  readonly maxFutureMs: number;
  /** Pushes in one transaction. */
  readonly groupSize: number;
  /** Bytes of bodies in one transaction, unless a single push has more. */
  readonly groupBytes: number;
  /** Longest wait of the first push of a group for company. */
  readonly groupWaitMs: number;
  /** Transactions under way at once. */
  readonly groupsInFlight: number;
  /** Pushes that may wait for a transaction. */
  readonly maxQueued: number;
  /** A push that is not committed after this is answered 503. */
  readonly commitDeadlineMs: number;
  /** Shortest Retry-After; up to twice as much is told, at random. Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;
  /** Longest life of a connection; 80 to 100 % of it, at random, are used. */
  readonly connectionLifeMs: number;
  readonly maxConnections: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
}

/** The limits of a server with 2 cores and 1 GiB. */
export const DEFAULT_INGEST_LIMITS: IngestLimits = {
  maxCompressedBytes: 8 * MIB,
  maxBytes: 16 * MIB,
  maxRatio: 200,
  decode: DEFAULT_DECODE_LIMITS,
  decodeThreads: 2,
  maxBytesInFlight: 256 * MIB,
  maxAgeMs: 8 * 24 * 3_600_000,
  maxFutureMs: 600_000,
  groupSize: 64,
  groupBytes: 8 * MIB,
  groupWaitMs: 10,
  groupsInFlight: 2,
  maxQueued: 1024,
  commitDeadlineMs: 10_000,
  retryAfterSeconds: 2,
  connectionLifeMs: 600_000,
  maxConnections: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
};
