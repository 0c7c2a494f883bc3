import { type EpochMs, SECOND_MS } from '@trimtab/units';

const NANOS_PER_MS = 1_000_000n;
const NANOS_PER_SECOND = 1e9;

/** OTLP's nanoseconds since 1970 UTC of a moment; exact. The moment must not lie before 1970. */
export function nanosOf(moment: EpochMs): bigint {
  return BigInt(moment) * NANOS_PER_MS;
}

/**
 * The nearest whole second since 1970 UTC: windows are covered by whole seconds. Our agent's moments are whole
 * already; those of others move by half a second at most.
 */
export function nearestSecond(nanos: bigint): number {
  return Math.round(Number(nanos) / NANOS_PER_SECOND);
}

/** Milliseconds of a number of seconds. */
export function msOfSeconds(seconds: number): number {
  return seconds * SECOND_MS;
}
