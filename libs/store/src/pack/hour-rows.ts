/** Names one hour of one workload container. */
export interface HourKey {
  readonly shard: number;
  readonly wcId: number;
  readonly hour: number;
}

/** An hour to be written; `content` is opaque here. */
export interface HourRow extends HourKey {
  /** Container-seconds. */
  readonly covered: number;
  readonly content: Uint8Array;
}

/** First and last hour of some rows: with it in the statement only the partitions concerned are opened. */
export function hourSpan(keys: readonly HourKey[]): { readonly from: number; readonly to: number } {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const key of keys) {
    from = Math.min(from, key.hour);
    to = Math.max(to, key.hour);
  }
  return { from, to };
}
