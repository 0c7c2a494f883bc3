import type { ContainerSizes, DatedDay } from '@trimtab/history';
import { type EpochDay, type Millicores, showCpu } from '@trimtab/units';

/** What can be found; stable. */
export type FindingCode = 'killed' | 'leak' | 'throttled' | 'hot-replica' | 'start-up' | 'idle';

/** Something about a workload container that a number alone does not say. */
export interface Finding {
  readonly code: FindingCode;
  /** `warn`: it fails or wastes until somebody acts. `info`: good to know when sizes are set. */
  readonly severity: 'info' | 'warn';
  /** A few words for a table. */
  readonly short: string;
  /** One plain sentence with its numbers and their units. */
  readonly text: string;
  /** The same numbers for programs; names end in their unit where it is not a count. */
  readonly values: Readonly<Record<string, number>>;
}

/** What findings are looked for in. */
export interface FindingFacts {
  /** Rising days, each once; holes are days without data. */
  readonly days: readonly DatedDay[];
  readonly sizes: ContainerSizes;
  /** The first day that is not used. */
  readonly asOfDay: EpochDay;
  /** What CPU request is recommended for the steady state; absent where none is. */
  readonly steadyCpu?: Millicores;
}

/** Looks for one thing; undefined where it is not there, or too little is known to say so. */
export type Detector = (facts: FindingFacts) => Finding | undefined;

/** The days among the last `count` before `asOfDay` that have data. */
export function recentDays(facts: FindingFacts, count: number): readonly DatedDay[] {
  return facts.days.filter(({ day }) => day >= facts.asOfDay - count && day < facts.asOfDay);
}

/** CPU in a sentence: `115m`, `1 core`, `1.5 cores`. */
export function cpuWords(amount: Millicores): string {
  const text = showCpu(amount);
  if (text.endsWith('m')) return text;
  return text === '1' ? '1 core' : `${text} cores`;
}

/** `1 day`, `3 days`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `once`, `twice`, `3 times`. */
export function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}

/** The middle one of some values, of two the lower; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1];
}
