/**
 * Readings become windows: five minutes of one container, aligned to UTC.
 *
 *   reading at t ──► time moves to t ──► windows that ended `graceMs` before the reading before t
 *                                        are closed and handed out
 *              └──► each container: counter → rate over (last sample, this one], split at the
 *                   border of a window; gauges as they are; events as differences
 *
 * A window is closed by a reading strictly later than the one that passed its end, so that all
 * containers of one moment are folded first, however they are spread over readings.
 */
import { type ContainerKey, type ContainerUsage, WINDOW_MS } from '@trimtab/history';
import { type DurationMs, type EpochMs, epochMs, MINUTE_MS } from '@trimtab/units';
import type { ContainerReading, Reading } from '../collect/index.ts';
import { ContainerFold, type SampleRules } from './container-fold.ts';
import { type FoldCounts, noCounts } from './counts.ts';

/** How to fold. */
export interface FoldOptions {
  /** How far apart readings are meant to be, where they do not say so themselves. */
  readonly intervalMs: DurationMs;
  /** Two samples further apart than this many intervals leave the time between them uncovered; at least 1. */
  readonly gapIntervals: number;
  /** CPU of a container younger than this goes to the start-up sketch. */
  readonly startupMs: DurationMs;
  /** How long after its end a window still waits for late samples. */
  readonly graceMs: DurationMs;
  /** Most containers followed at once; new ones beyond that are refused and counted. */
  readonly maxContainers: number;
  /** Nothing up to this moment is folded again: an earlier process has sealed it. */
  readonly sealedUntil?: EpochMs;
}

/** One finished window of every container that has something to say of it. */
export interface ClosedWindow {
  /** A multiple of WINDOW_MS. */
  readonly start: EpochMs;
  /** Each with this window alone; in two or more pieces where the cover has holes. */
  readonly containers: readonly ContainerUsage[];
}

/** A reading this much older than the newest means that the clock was set, not that it came late. */
const CLOCK_STEP_MS = 10 * MINUTE_MS;

/** Holds the open windows of a node's containers. Its size is bounded by `maxContainers`. */
export class Fold {
  readonly counts: FoldCounts = noCounts();
  readonly #options: FoldOptions;
  // By pod, then by container: looked up for every sample, without making a string.
  readonly #pods = new Map<string, Map<string, ContainerFold>>();
  #containers = 0;
  #newestAt = 0;
  #closedTo = 0;

  constructor(options: FoldOptions) {
    this.#options = options;
  }

  /** Containers followed at this moment. */
  get containers(): number {
    return this.#containers;
  }

  /** Folds a reading in and hands out the windows it closed, in order of time; usually none. */
  add(reading: Reading): readonly ClosedWindow[] {
    const { at } = reading;
    if (!isMoment(at)) {
      this.counts.refused += 1;
      return [];
    }
    const closed = this.#moveTo(at);
    const rules = this.#rulesOf(reading);
    for (const container of reading.containers) {
      this.#take(container, container.sampledAt ?? at, rules);
    }
    return closed;
  }

  /** Closes every window as it stands; for the end of a source and for shutting down. */
  flush(): readonly ClosedWindow[] {
    const closed = this.#close(Number.POSITIVE_INFINITY);
    this.#closedTo = Math.max(this.#closedTo, this.#newestAt);
    return closed;
  }

  #moveTo(at: number): readonly ClosedWindow[] {
    const newest = this.#newestAt;
    if (at < newest - CLOCK_STEP_MS) {
      this.counts.clockSteps += 1;
      const closed = this.#close(Number.POSITIVE_INFINITY);
      this.#pods.clear();
      this.#containers = 0;
      this.#newestAt = at;
      this.#closedTo = 0;
      return closed;
    }
    if (at <= newest) return [];
    this.#newestAt = at;
    const due = Math.floor((newest - this.#options.graceMs) / WINDOW_MS) * WINDOW_MS;
    if (due <= this.#closedTo) return [];
    this.#closedTo = due;
    return this.#close(due);
  }

  #rulesOf(reading: Reading): SampleRules {
    const intervalMs = reading.intervalMs ?? this.#options.intervalMs;
    const sealedMs = this.#options.sealedUntil ?? 0;
    return {
      intervalMs,
      maxGapMs: intervalMs * this.#options.gapIntervals,
      startupMs: this.#options.startupMs,
      floorMs: Math.max(sealedMs, this.#closedTo),
      sealedMs,
    };
  }

  #take(reading: ContainerReading, at: number, rules: SampleRules): void {
    if (!isMoment(at)) {
      this.counts.refused += 1;
      return;
    }
    const { podUid, container } = reading.key;
    const known = this.#pods.get(podUid)?.get(container) ?? this.#follow(reading.key);
    known?.take(reading, at, rules, this.counts);
  }

  #follow(key: ContainerKey): ContainerFold | undefined {
    if (!isWhole(key)) {
      this.counts.refused += 1;
      return undefined;
    }
    if (this.#containers >= this.#options.maxContainers) {
      this.counts.tooMany += 1;
      return undefined;
    }
    const pod = this.#pods.get(key.podUid) ?? new Map<string, ContainerFold>();
    const followed = new ContainerFold(key);
    pod.set(key.container, followed);
    this.#pods.set(key.podUid, pod);
    this.#containers += 1;
    return followed;
  }

  /** Closes the windows that start before `beforeMs` and forgets containers that have gone. */
  #close(beforeMs: number): readonly ClosedWindow[] {
    const byStart = new Map<number, ContainerUsage[]>();
    const emit = (usage: ContainerUsage): void => {
      const start = usage.windows[0]?.start ?? 0;
      const together = byStart.get(start);
      if (together === undefined) byStart.set(start, [usage]);
      else together.push(usage);
    };
    for (const [podUid, pod] of this.#pods) {
      for (const [name, container] of pod) {
        container.close(beforeMs, this.counts, emit);
        if (this.#hasGone(container) && pod.delete(name)) this.#containers -= 1;
      }
      if (pod.size === 0) this.#pods.delete(podUid);
    }
    return [...byStart]
      .sort(([a], [b]) => a - b)
      .map(([start, containers]) => ({ start: epochMs(start), containers }));
  }

  #hasGone(container: ContainerFold): boolean {
    const longestMs = this.#options.intervalMs * this.#options.gapIntervals;
    const silentMs = this.#newestAt - (container.lastAt ?? 0);
    return !container.hasOpenWindows && silentMs > Math.max(longestMs, 2 * WINDOW_MS);
  }
}

function isMoment(at: number): boolean {
  // Up to the last date JavaScript knows.
  return at >= 0 && at <= 8.64e15;
}

function isWhole(key: ContainerKey): boolean {
  return (
    key.namespace !== '' &&
    key.ownerKind !== '' &&
    key.podName !== '' &&
    key.podUid !== '' &&
    key.container !== ''
  );
}
