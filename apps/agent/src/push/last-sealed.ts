import type { EpochHour, EpochMs } from '@trimtab/units';
import { openDisk } from './disk.ts';
import { recover } from './recovery.ts';

/** What is already sealed, whoever sealed it. */
export interface LastSealed {
  readonly epoch: bigint;
  readonly seq: number;
  readonly hour: EpochHour;
  /** Everything up to here is sealed; readings of that time are not folded again. */
  readonly until: EpochMs;
}

/**
 * What is sealed in a queue's folder that no agent is using; undefined where nothing ever was. A
 * source that is replayed goes on here, best with one reading at or before `until`, from which
 * counters are measured.
 */
export async function readLastSealed(queueDir: string): Promise<LastSealed | undefined> {
  const { lastSealed } = await recover(await openDisk(queueDir));
  if (lastSealed === undefined) return undefined;
  const { identity, hour, sealedUntil } = lastSealed;
  return { epoch: identity.epoch, seq: identity.seq, hour, until: sealedUntil };
}
