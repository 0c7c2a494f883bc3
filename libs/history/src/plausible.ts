/**
 * The most one window of one container may say. Far above anything real, and so low that the windows of a whole fleet
 * add up without leaving 2^53 or the finite numbers: one broken sender must not spoil what it is pooled with.
 */
import type { Sketch } from '@trimtab/sketch';
import type { UsageWindow } from './types.ts';

/** Three thousand samples a second; an agent takes one in ten to sixty seconds. */
const MOST_SAMPLES = 1e6;
const MOST_CORES = 1e9;
/** 8 PiB. */
const MOST_BYTES = Number.MAX_SAFE_INTEGER;
/** Every thread of three million held back all the time. */
const MOST_THROTTLED_SECONDS = 1e9;
const MOST_EVENTS = 1e6;

/** What was found beyond a bound, and the bound, in words. */
export interface Implausible {
  readonly found: string;
  readonly expected: string;
}

/** The first thing in a window that no container can have done; undefined where there is none. */
export function findImplausible(
  window: Omit<UsageWindow, 'start' | 'fromSecond' | 'toSecond'>,
): Implausible | undefined {
  const { cpu, startupCpu, memory, throttledSeconds, oomKills, restarts } = window;
  return (
    inSketch(cpu, MOST_CORES, 'cores') ??
    inSketch(startupCpu, MOST_CORES, 'cores') ??
    inSketch(memory, MOST_BYTES, 'bytes') ??
    above(throttledSeconds, MOST_THROTTLED_SECONDS, 'throttled seconds') ??
    above(oomKills, MOST_EVENTS, 'kills') ??
    above(restarts, MOST_EVENTS, 'restarts')
  );
}

function inSketch(sketch: Sketch | undefined, most: number, unit: string): Implausible | undefined {
  if (sketch === undefined) return undefined;
  return above(sketch.count, MOST_SAMPLES, 'samples') ?? above(sketch.max, most, unit);
}

function above(value: number | undefined, most: number, unit: string): Implausible | undefined {
  if (value === undefined || value <= most) return undefined;
  return { found: `${value} ${unit} in a window`, expected: `at most ${most}` };
}
