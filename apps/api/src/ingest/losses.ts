import type { BatchCounters } from '@trimtab/wire/otlp';

/** Windows that an agent has reported since its batch before. */
export interface ReportedLosses {
  /** Merged into coarser ones while its queue was full. */
  readonly coarsened: number;
  readonly dropped: number;
}

interface Seen extends ReportedLosses {
  readonly epoch: bigint;
}

/** About 100 bytes each. */
const MOST_AGENTS = 20_000;
const NOTHING: ReportedLosses = { coarsened: 0, dropped: 0 };

/**
 * Turns the running totals that agents send along into what is new, so that a loss is told once. Totals begin again
 * with each epoch. Of an epoch that this process meets for the first time in its middle, what was lost before is not
 * told again; with several processes a loss may be told by each that the agent comes to.
 */
export class Losses {
  readonly #seen = new Map<number, Seen>();

  /** What is new since the agent's last batch here. Batches may come in any order; a lower total is old news. */
  note(agentId: number, epoch: bigint, counters: BatchCounters): ReportedLosses {
    const { coarsened, dropped, sealed } = counters;
    const before = this.#seen.get(agentId);
    const isKnown = before?.epoch === epoch;
    const base = isKnown ? before : sealed <= 1 ? NOTHING : counters;
    this.#remember(agentId, {
      epoch,
      coarsened: Math.max(base.coarsened, coarsened),
      dropped: Math.max(base.dropped, dropped),
    });
    return {
      coarsened: Math.max(0, coarsened - base.coarsened),
      dropped: Math.max(0, dropped - base.dropped),
    };
  }

  #remember(agentId: number, seen: Seen): void {
    this.#seen.delete(agentId);
    this.#seen.set(agentId, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_AGENTS && oldest !== undefined) this.#seen.delete(oldest);
  }
}
