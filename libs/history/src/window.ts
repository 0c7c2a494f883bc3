import type { Sketch } from '@trimtab/sketch';
import { type EpochHour, HOUR_MS, hourOf } from '@trimtab/units';
import { badInput } from './errors.ts';
import { presentFields } from './present.ts';
import type { UsageWindow } from './types.ts';

/** Length of a window in milliseconds. */
export const WINDOW_MS = 300_000;
/** Length of a window in seconds. */
export const WINDOW_SECONDS = 300;
/** Windows in an hour. */
export const WINDOWS_PER_HOUR = 12;

/** Seconds of a window that were really watched, 1 to 300. */
export function coveredSeconds(window: UsageWindow): number {
  return window.toSecond - window.fromSecond - (window.gapSeconds ?? 0);
}

/** Which of its hour's twelve windows this is, 0 to 11. */
export function windowIndex(window: UsageWindow): number {
  return (window.start % HOUR_MS) / WINDOW_MS;
}

/** Refuses a window off the 5-minute grid or with an impossible cover: HistoryError TT_HISTORY_BAD_INPUT. */
function checkWindow(window: UsageWindow): void {
  const { start, fromSecond, toSecond } = window;
  if (!Number.isSafeInteger(start) || start < 0 || start % WINDOW_MS !== 0) {
    throw badInput(
      `found a window that starts at ${start} ms; expected a multiple of ${WINDOW_MS}`,
    );
  }
  const isOrdered = fromSecond >= 0 && fromSecond < toSecond && toSecond <= WINDOW_SECONDS;
  if (!Number.isInteger(fromSecond) || !Number.isInteger(toSecond) || !isOrdered) {
    throw badInput(
      `found a window that covers seconds ${fromSecond} to ${toSecond}; expected whole seconds in order, 0 to ${WINDOW_SECONDS}`,
    );
  }
  const covered = coveredSeconds(window);
  if (!Number.isInteger(covered) || covered < 1 || covered > toSecond - fromSecond) {
    throw badInput(
      `found a gap of ${window.gapSeconds} s in seconds ${fromSecond} to ${toSecond}; expected at least one second covered`,
    );
  }
}

/** Refuses windows of which one lies in another hour than the given one: HistoryError TT_HISTORY_BAD_INPUT. */
export function checkHour(window: UsageWindow, hour: EpochHour): void {
  checkWindow(window);
  if (hourOf(window.start) !== hour) {
    throw badInput(
      `found a window of hour ${hourOf(window.start)}; expected only windows of hour ${hour}`,
    );
  }
}

/** A window said twice, and whether the two covered the same seconds. */
export interface WindowUnion {
  readonly window: UsageWindow;
  /** True where one of the two was dropped. */
  readonly overlapped: boolean;
}

/**
 * Joins what two agents (or one before and after a restart) say about the same pod, container and
 * window. Disjoint seconds are added up. Where the spans overlap, the one with more seconds is kept
 * whole and the other dropped, its events too: the same second must not count twice. Order does not
 * matter. Different windows: HistoryError TT_HISTORY_BAD_INPUT.
 */
export function unionWindows(a: UsageWindow, b: UsageWindow): WindowUnion {
  checkWindow(a);
  checkWindow(b);
  if (a.start !== b.start) {
    throw badInput(`found windows of ${a.start} and ${b.start}; expected the same start`);
  }
  const [first, second] = a.fromSecond <= b.fromSecond ? [a, b] : [b, a];
  if (second.fromSecond < first.toSecond) return { window: fuller(a, b), overlapped: true };
  return { window: joined(first, second), overlapped: false };
}

/** A sketch of both, made anew; undefined where neither has values. */
export function mergedSketch(a: Sketch | undefined, b: Sketch | undefined): Sketch | undefined {
  if (a === undefined || a.count === 0)
    return b === undefined || b.count === 0 ? undefined : b.clone();
  if (b === undefined || b.count === 0) return a.clone();
  return a.clone().merge(b);
}

/** The sum of two numbers of which each may be unmeasured. */
export function addMeasured(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}

/** The greater of two numbers of which each may be unmeasured. */
export function maxMeasured<N extends number>(a: N | undefined, b: N | undefined): N | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a >= b ? a : b;
}

function joined(first: UsageWindow, second: UsageWindow): UsageWindow {
  const gapSeconds =
    (first.gapSeconds ?? 0) + (second.gapSeconds ?? 0) + second.fromSecond - first.toSecond;
  return presentFields({
    start: first.start,
    fromSecond: first.fromSecond,
    toSecond: second.toSecond,
    gapSeconds: gapSeconds > 0 ? gapSeconds : undefined,
    cpu: mergedSketch(first.cpu, second.cpu),
    memory: mergedSketch(first.memory, second.memory),
    startupCpu: mergedSketch(first.startupCpu, second.startupCpu),
    throttledSeconds: addMeasured(first.throttledSeconds, second.throttledSeconds),
    oomKills: addMeasured(first.oomKills, second.oomKills),
    oomLimit: second.oomLimit ?? first.oomLimit,
    restarts: addMeasured(first.restarts, second.restarts),
  });
}

/** The window with more seconds; where equal, one that does not depend on the order of the two. */
function fuller(a: UsageWindow, b: UsageWindow): UsageWindow {
  const measures = [
    coveredSeconds(a) - coveredSeconds(b),
    (a.cpu?.count ?? 0) - (b.cpu?.count ?? 0),
    (a.memory?.count ?? 0) - (b.memory?.count ?? 0),
    b.fromSecond - a.fromSecond,
    (a.cpu?.sum ?? 0) - (b.cpu?.sum ?? 0),
    (a.memory?.sum ?? 0) - (b.memory?.sum ?? 0),
    (a.oomKills ?? 0) - (b.oomKills ?? 0),
    (a.restarts ?? 0) - (b.restarts ?? 0),
  ];
  return (measures.find((difference) => difference !== 0) ?? 0) >= 0 ? a : b;
}
