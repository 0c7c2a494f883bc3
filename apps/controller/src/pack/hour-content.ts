import { decodeHour, type HourContent, mergeHours } from '@trimtab/history';

/** An hour of one workload container that a unit adds to. */
export interface HourToWrite {
  readonly shard: number;
  readonly wcId: number;
  readonly hour: number;
  readonly content: HourContent;
}

/** What merging with the stored content came to. */
export interface MergedHour {
  readonly content: HourContent;
  /** True where the stored content could not be read and was replaced. */
  readonly wasUnreadable: boolean;
}

/**
 * Adds to a stored hour. Where its bytes cannot be read the new content stands alone: what was lost cannot be won back,
 * and what is new must not be lost with it. The caller counts and reports it.
 */
export function mergeStored(stored: Uint8Array, added: HourContent): MergedHour {
  try {
    return { content: mergeHours(decodeHour(stored).content, added), wasUnreadable: false };
  } catch {
    return { content: added, wasUnreadable: true };
  }
}
