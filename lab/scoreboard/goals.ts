/** The goals the scoreboard is held against, and when the recordings suffice to tell. */
import type { Interval } from '@trimtab/analysis/evaluate';
import type { AgainstEnvelope, AgainstPeer, CalibrationPoint, Scores } from './part-board.ts';
import type { Resource } from './replayed-set.ts';

/** `too few` = the recording has not enough days or misses to tell; `none` = no goal was set for this set. */
export type Verdict = 'holds' | 'missed' | 'too few' | 'none';

const MEMORY_RATIO = 0.9;
/** CPU goals by how a set's name begins; other sets have none. */
const CPU_RATIOS: readonly (readonly [string, number])[] = [
  ['bitbrains', 0.95],
  ['azure', 1],
];
const FOOTPRINT_RATIOS: Readonly<Record<Resource, number>> = { cpu: 0.95, memory: 0.9 };
const OVER_ALLOWED = 0.02;
/** Stated risk, and the least and most that may come of it. */
const HONEST: readonly (readonly [number, number, number])[] = [
  [0.1, 0.08, 0.12],
  [0.05, 0.03, 0.07],
  [0.02, 0.012, 0.03],
  [0.01, 0.005, 0.018],
];
/** Expected misses below which a stated risk cannot be told from the next one. */
const EXPECTED_MISSES_NEEDED = 20;
const DAYS_NEEDED = 100;

/** xoracle over the envelope's that is allowed; undefined where no goal was set. */
export function envelopeGoal(set: string, resource: Resource): number | undefined {
  if (resource === 'memory') return MEMORY_RATIO;
  return CPU_RATIOS.find(([start]) => set.startsWith(start))?.[1];
}

/** Met by the upper end of the interval, and only where 100 days are missed. */
export function envelopeVerdict(
  goal: number | undefined,
  against: AgainstEnvelope,
  scores: Scores,
): Verdict {
  return upperEnd(goal, against.ratio, scores.hasEnoughMisses);
}

/** Charged footprint over VPA's and KRR's at their own miss rate. Other peers have no goal. */
export function footprintGoal(peer: string, resource: Resource): number | undefined {
  return peer === 'VPA' || peer === 'KRR' ? FOOTPRINT_RATIOS[resource] : undefined;
}

/** As for the envelope; the days that count are the peer's misses, whose rate ours is brought to. */
export function footprintVerdict(goal: number | undefined, against: AgainstPeer): Verdict {
  return upperEnd(goal, against.chargedFootprint, against.hasEnoughMisses);
}

/** At most 2 % of the series far above the overall rate, or as many as the envelope's peer has. */
export function overVerdict(against: AgainstEnvelope, scores: Scores): Verdict {
  if (!scores.hasEnoughMisses) return 'too few';
  return scores.over <= Math.max(OVER_ALLOWED, against.peerOver) ? 'holds' : 'missed';
}

/** The range in which a stated risk counts as honest; undefined for a risk without a goal. */
export function honestRange(
  stated: number,
): { readonly low: number; readonly high: number } | undefined {
  const found = HONEST.find(([risk]) => Math.abs(risk - stated) < 1e-9);
  return found === undefined ? undefined : { low: found[1], high: found[2] };
}

/**
 * The share itself must lie in the range, where at least 20 misses were to be expected. On fewer it is
 * missed where the whole interval lies outside the range, given 100 days.
 */
export function honestVerdict(point: CalibrationPoint): Verdict {
  const range = honestRange(point.stated);
  if (range === undefined) return 'none';
  const { value, low, high } = point.realised;
  const isOutside = low > range.high || high < range.low;
  if (isOutside && point.days >= DAYS_NEEDED) return 'missed';
  if (point.days * point.stated < EXPECTED_MISSES_NEEDED) return 'too few';
  return value >= range.low && value <= range.high ? 'holds' : 'missed';
}

function upperEnd(goal: number | undefined, ratio: Interval, hasEnoughMisses: boolean): Verdict {
  if (goal === undefined) return 'none';
  if (!hasEnoughMisses) return 'too few';
  return ratio.high <= goal ? 'holds' : 'missed';
}
