/** What is sized. CPU amounts are cores, memory amounts bytes, throughout the scoreboard. */
export type Resource = 'cpu' | 'memory';

export const RESOURCES: readonly Resource[] = ['cpu', 'memory'];

/** Series are split by a hash of their id: what is tuned sees the first half, headlines report the second. */
export type Half = 'tuned' | 'report';

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

/** How one contestant fared on the scored days of one series. */
export interface Entry {
  /** The request in force on each scored day; NaN where none was named. */
  readonly requests: readonly number[];
  /** Windows of each scored day above the request, and what was short in them, amount x windows. */
  readonly windowsAbove: readonly number[];
  readonly short: readonly number[];
  /** Days with a number from the warm-up on, and how often the number changed or fell. */
  readonly namedDays: number;
  readonly changes: number;
  readonly downward: number;
}

/** One resource of one series after its replay. Arrays run over the scored days. */
export interface Track {
  readonly id: string;
  /** Mean of all measured windows. */
  readonly meanUsage: number;
  readonly windowSeconds: number;
  /** The smallest request that would not have missed the day. */
  readonly demands: readonly number[];
  readonly usageSums: readonly number[];
  readonly usageP95s: readonly number[];
  /** Measured windows of the day. */
  readonly windows: readonly number[];
  /** In the order of the contestants. */
  readonly entries: readonly Entry[];
  /** What each member of the families named without a margin: member in the families' order, then day. */
  readonly bases: readonly (readonly number[])[];
}

/** All of a set after its replay. */
export interface ReplayedSet {
  readonly contestants: readonly Contestant[];
  readonly families: Readonly<Record<Resource, readonly Family[]>>;
  readonly tracks: Readonly<Record<Resource, readonly Track[]>>;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const HALF_BIT = 16;

/** The half a series belongs to: FNV-1a (32 bit) of its id as UTF-8, bit 16 set = report. */
export function halfOf(id: string): Half {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return ((hash >>> HALF_BIT) & 1) === 1 ? 'report' : 'tuned';
}
