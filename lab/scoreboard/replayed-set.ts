import type { SeriesRecord } from '@trimtab/analysis/evaluate';
import type { Resource } from '@trimtab/analysis/peers';

/** What is sized. CPU amounts are cores, memory amounts bytes, throughout the scoreboard. */
export type { Resource } from '@trimtab/analysis/peers';

export const RESOURCES: readonly Resource[] = ['cpu', 'memory'];

/** Who takes part with settings of its own: our presets, then the peers at their defaults. */
export interface Contestant {
  readonly name: string;
  readonly kind: 'own' | 'peer';
  /** Share of days it says it will miss, 0 to 1; absent for peers, which state none. */
  readonly statedRisk?: number;
}

/** A family of tuned peers: the members' bases are scaled by a margin until they keep a miss rate. */
export interface Family {
  readonly name: string;
  readonly members: readonly string[];
}

/** All of a set after its replay; `judged` of each record is in the order of the contestants. */
export interface ReplayedSet {
  readonly contestants: readonly Contestant[];
  readonly families: Readonly<Record<Resource, readonly Family[]>>;
  readonly records: Readonly<Record<Resource, readonly SeriesRecord[]>>;
}
