/** How readings become windows; every number in the unit of its name. */
export interface FoldSettings {
  /** How far apart readings are meant to be, where they do not say so themselves. */
  readonly intervalSeconds: number;
  /** Samples further apart than this many intervals leave the time between them uncovered. */
  readonly gapIntervals: number;
  /** CPU of a container younger than this is kept apart as start-up. */
  readonly startupSeconds: number;
  /** How long after its end a window still waits for late samples. */
  readonly graceSeconds: number;
  /** Containers followed at once; new ones beyond that are refused and counted. */
  readonly maxContainers: number;
}

/** How windows travel to the API. */
export interface PushSettings {
  readonly compression: 'gzip' | 'zstd';
  /** Windows sealed into one batch, 1 to 12. More is smaller on the wire and later in the database. */
  readonly windowsPerBatch: number;
  /** Uncompressed bytes above which a batch is cut into several. */
  readonly maxBatchBytes: number;
  /** Batches in flight at most. */
  readonly lanes: number;
  /** The whole time of one request. */
  readonly requestTimeoutSeconds: number;
  readonly backoffBaseSeconds: number;
  readonly backoffCapSeconds: number;
  /** Bytes of the queue on disk. */
  readonly maxQueueBytes: number;
  /** Bytes of sealed batches held in memory while the disk cannot be written. */
  readonly maxHeldBytes: number;
  /** Bytes of refused batches kept for inspection. */
  readonly maxRefusedBytes: number;
  /**
   * Reading pauses while more batches than this wait; 0 never pauses. For replays, which would fill
   * the queue; a live agent that pauses loses what it does not read.
   */
  readonly maxWaiting: number;
  /** How long stopping may take to deliver what is left. */
  readonly stopSeconds: number;
}

/**
 * 15 s is what the kubelet itself samples at best. Four intervals bridge a missed scrape or two
 * without inventing a minute of usage. Start-up lasts as long as the Horizontal Pod Autoscaler's own
 * period for it, five minutes, which is also one window. A node has 110 pods by default.
 */
export const DEFAULT_FOLD: FoldSettings = {
  intervalSeconds: 15,
  gapIntervals: 4,
  startupSeconds: 300,
  graceSeconds: 30,
  maxContainers: 5_000,
};

/** 64 MiB hold more than a day of a full node; see the README for what a batch weighs. */
export const DEFAULT_PUSH: PushSettings = {
  compression: 'zstd',
  windowsPerBatch: 1,
  maxBatchBytes: 1_048_576,
  lanes: 4,
  requestTimeoutSeconds: 30,
  backoffBaseSeconds: 1,
  backoffCapSeconds: 60,
  maxQueueBytes: 67_108_864,
  maxHeldBytes: 8_388_608,
  maxRefusedBytes: 1_048_576,
  maxWaiting: 0,
  stopSeconds: 20,
};
