import type { EpochHour, EpochMs } from '@trimtab/units';
import { openDisk } from './disk.ts';
import { lockFolder } from './folder-lock.ts';
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
 * What is sealed in a queue's folder; undefined where nothing ever was. A source that is replayed goes
 * on here, best with one reading at or before `until`, from which counters are measured. Holds the
 * folder while it reads: TT_AGENT_QUEUE where a living agent does, and nothing is changed there.
 */
export async function readLastSealed(queueDir: string): Promise<LastSealed | undefined> {
  const disk = await openDisk(queueDir);
  const lock = await lockFolder(disk, queueDir);
  try {
    const { lastSealed } = await recover(disk);
    if (lastSealed === undefined) return undefined;
    const { identity, hour, sealedUntil } = lastSealed;
    return { epoch: identity.epoch, seq: identity.seq, hour, until: sealedUntil };
  } finally {
    await lock.release();
  }
}
