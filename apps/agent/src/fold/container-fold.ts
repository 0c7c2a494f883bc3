import { type ContainerKey, type ContainerUsage, WINDOW_MS } from '@trimtab/history';
import { SECOND_MS } from '@trimtab/units';
import type { ContainerReading } from '../collect/index.ts';
import type { FoldCounts } from './counts.ts';
import { OpenWindow, windowOfSample } from './open-window.ts';

/** What folding one sample depends on beside the container's own past. All in milliseconds. */
export interface SampleRules {
  /** The distance at which samples are meant to come; a gauge covers that much at its first sample. */
  readonly intervalMs: number;
  /** Two samples further apart than this leave the time between them uncovered. */
  readonly maxGapMs: number;
  /** CPU of a container younger than this is kept apart. */
  readonly startupMs: number;
  /** Nothing up to this moment may be counted: closed, or sealed by an earlier process. */
  readonly floorMs: number;
  /** The part of `floorMs` that an earlier process sealed. */
  readonly sealedMs: number;
}

/** Samples closer together than this are the same sample (cAdvisor repeats them with a jitter of milliseconds). */
const MIN_DISTANCE_MS: number = SECOND_MS;

/** The last of everything one container said, and its open windows. */
export class ContainerFold {
  readonly key: ContainerKey;
  #lastAt: number | undefined;
  #startedAt: number | undefined;
  #cpuSeconds: number | undefined;
  #throttledSeconds: number | undefined;
  #oomKills: number | undefined;
  #restarts: number | undefined;
  // Seldom more than two.
  #open: OpenWindow[] = [];

  constructor(key: ContainerKey) {
    this.key = key;
  }

  /** Milliseconds since 1970 of the last sample taken. */
  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  get hasOpenWindows(): boolean {
    return this.#open.length > 0;
  }

  /** Folds one sample in, taken at `at`; see `ContainerReading` for what happens to an odd one. */
  take(reading: ContainerReading, at: number, rules: SampleRules, counts: FoldCounts): void {
    const last = this.#lastAt;
    if (last !== undefined && at < last + MIN_DISTANCE_MS) {
      if (at < last) counts.late += 1;
      else counts.repeated += 1;
      return;
    }
    if (at <= rules.floorMs) {
      this.#takeBase(reading, at, rules, counts);
      return;
    }
    if (last !== undefined && at - last > rules.maxGapMs) counts.gaps += 1;
    const isRestarted = this.#isRestarted(reading);
    this.#takeUsage(reading, { at, isRestarted, rules, counts });
    const window = this.#window(windowOfSample(at), reading);
    const memory = checked(reading.memoryBytes, counts);
    if (memory !== undefined) window.addMemory(memory);
    this.#takeEvents(reading, isRestarted, window, counts);
    this.#remember(reading, at);
    counts.readings += 1;
  }

  /** Hands out the windows that start before `beforeMs`, through `emit`. */
  close(beforeMs: number, counts: FoldCounts, emit: (usage: ContainerUsage) => void): void {
    let kept = 0;
    for (const open of this.#open) {
      if (open.start >= beforeMs) {
        this.#open[kept] = open;
        kept += 1;
        continue;
      }
      const windows = open.close();
      if (windows.length === 0) {
        counts.uncovered += 1;
        continue;
      }
      counts.windows += 1;
      emit({ key: this.key, labels: open.labels, sizes: open.sizes, windows });
    }
    this.#open.length = kept;
  }

  /**
   * A sample of time that is closed: later samples are measured from it. What it says of kills and
   * restarts is kept for the next sample if it was merely late; if an earlier process sealed that
   * time, it has reported them.
   */
  #takeBase(reading: ContainerReading, at: number, rules: SampleRules, counts: FoldCounts): void {
    const isSealed = at <= rules.sealedMs;
    if (isSealed) counts.alreadySealed += 1;
    else counts.late += 1;
    const [oomKills, restarts] = [this.#oomKills, this.#restarts];
    this.#remember(reading, at);
    if (isSealed) return;
    this.#oomKills = oomKills ?? this.#oomKills;
    this.#restarts = restarts ?? this.#restarts;
  }

  #isRestarted(reading: ContainerReading): boolean {
    return (
      this.#startedAt !== undefined &&
      reading.startedAt !== undefined &&
      reading.startedAt !== this.#startedAt
    );
  }

  #takeUsage(reading: ContainerReading, step: Step): void {
    const { at, rules, counts } = step;
    const isGauge = reading.cpuSeconds === undefined;
    const counted = isGauge ? undefined : this.#counted(reading, step);
    const cpuCores = isGauge ? checked(reading.cpuCores, counts) : counted?.cpuCores;
    const throttledSeconds = this.#throttledOver(reading, step);
    const fromMs = isGauge ? this.#gaugeFrom(reading, at, rules) : counted?.fromMs;
    if (fromMs === undefined) return;
    const saysNoCpu = isGauge && reading.cpuCores === undefined;
    const isCovered = cpuCores !== undefined || (saysNoCpu && reading.memoryBytes !== undefined);
    const isStartup = reading.startedAt !== undefined && at - reading.startedAt <= rules.startupMs;
    const values = { cpuCores, throttledSeconds, isCovered, isStartup };
    this.#spread(reading, { fromMs, toMs: at, floorMs: rules.floorMs }, values);
  }

  /** What the CPU counter says of the interval that ends here; undefined where its other end is missing or too far. */
  #counted(reading: ContainerReading, step: Step): Counted | undefined {
    const { at, counts } = step;
    const value = checked(reading.cpuSeconds, counts);
    const zeroMs = this.#zeroAt(reading, step);
    const fromMs = zeroMs ?? this.#lastAt;
    if (fromMs === undefined || at - fromMs > step.rules.maxGapMs) return undefined;
    const used = grown(value, zeroMs === undefined ? this.#cpuSeconds : 0, false, counts);
    return {
      fromMs,
      cpuCores: used === undefined ? undefined : (used * SECOND_MS) / (at - fromMs),
    };
  }

  #throttledOver(reading: ContainerReading, step: Step): number | undefined {
    const value = checked(reading.throttledSeconds, step.counts);
    const isNear = this.#lastAt !== undefined && step.at - this.#lastAt <= step.rules.maxGapMs;
    return isNear ? grown(value, this.#throttledSeconds, step.isRestarted, step.counts) : undefined;
  }

  /** When the CPU counter stood at zero: at a restart, or at the birth of a container not seen before; else undefined. */
  #zeroAt(reading: ContainerReading, step: Step): number | undefined {
    const startedAt = reading.startedAt;
    if (startedAt === undefined) return undefined;
    if (this.#lastAt === undefined) return startedAt < step.at ? startedAt : undefined;
    if (!step.isRestarted) return undefined;
    return startedAt < step.at ? Math.max(startedAt, this.#lastAt) : this.#lastAt;
  }

  /** Where a gauge's interval begins: at the last sample, or one interval back, but not before the container started. */
  #gaugeFrom(reading: ContainerReading, at: number, rules: SampleRules): number {
    if (this.#lastAt !== undefined && at - this.#lastAt <= rules.maxGapMs) return this.#lastAt;
    const startedAt = reading.startedAt ?? 0;
    return Math.max(at - rules.intervalMs, startedAt < at ? startedAt : 0);
  }

  /**
   * Splits an interval at the borders of windows. Seconds are split by time. The rate is one value
   * and goes to the window that holds the larger part of the interval (the later one if equal), so
   * that a value is not counted twice only because a border passed; a window at least half of which
   * the interval covers gets the value too, so that none of a long interval's stays empty.
   */
  #spread(reading: ContainerReading, interval: Interval, values: IntervalValues): void {
    const { fromMs, toMs, floorMs } = interval;
    const share = Math.min(toMs - fromMs, WINDOW_MS);
    let start = Math.floor(fromMs / WINDOW_MS) * WINDOW_MS;
    for (; start < toMs; start += WINDOW_MS) {
      const partFrom = Math.max(fromMs, start);
      const partTo = Math.min(toMs, start + WINDOW_MS);
      const coveredFrom = Math.max(partFrom, floorMs);
      if (coveredFrom >= partTo) continue;
      const window = this.#window(start, reading);
      const twice = 2 * (partTo - partFrom);
      if (values.isCovered) window.cover(coveredFrom, partTo);
      if (values.throttledSeconds !== undefined) {
        window.addThrottled((values.throttledSeconds * (partTo - partFrom)) / (toMs - fromMs));
      }
      if (
        values.cpuCores !== undefined &&
        (twice > share || (twice === share && partTo === toMs))
      ) {
        window.addCpu(values.cpuCores, values.isStartup);
      }
    }
  }

  #takeEvents(
    reading: ContainerReading,
    isRestarted: boolean,
    window: OpenWindow,
    counts: FoldCounts,
  ): void {
    const kills = checkedCount(reading.oomKills, counts);
    const newKills = grown(kills, this.#oomKills, isRestarted, counts);
    if (newKills !== undefined) {
      window.addOomKills(newKills, reading.oomLimit ?? reading.sizes.memoryLimit);
    }
    const restarts = checkedCount(reading.restarts, counts);
    const newRestarts = grown(restarts, this.#restarts, isRestarted, counts);
    if (newRestarts !== undefined) window.addRestarts(newRestarts);
  }

  #remember(reading: ContainerReading, at: number): void {
    this.#lastAt = at;
    this.#startedAt = reading.startedAt ?? this.#startedAt;
    this.#cpuSeconds = sound(reading.cpuSeconds);
    this.#throttledSeconds = sound(reading.throttledSeconds);
    this.#oomKills = soundCount(reading.oomKills) ?? this.#oomKills;
    this.#restarts = soundCount(reading.restarts) ?? this.#restarts;
  }

  #window(start: number, reading: ContainerReading): OpenWindow {
    for (const open of this.#open) {
      if (open.start !== start) continue;
      open.labels = reading.labels;
      open.sizes = reading.sizes;
      return open;
    }
    const opened = new OpenWindow(start, reading.labels, reading.sizes);
    this.#open.push(opened);
    return opened;
  }
}

interface Step {
  readonly at: number;
  readonly isRestarted: boolean;
  readonly rules: SampleRules;
  readonly counts: FoldCounts;
}

interface Counted {
  readonly fromMs: number;
  readonly cpuCores: number | undefined;
}

interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly floorMs: number;
}

interface IntervalValues {
  readonly cpuCores: number | undefined;
  readonly throttledSeconds: number | undefined;
  readonly isCovered: boolean;
  readonly isStartup: boolean;
}

/** Beyond it neither bytes nor counts are exact; a rate of it still adds up to a finite sum. */
const LARGEST = Number.MAX_SAFE_INTEGER;

function sound(value: number | undefined): number | undefined {
  return value !== undefined && value >= 0 && value <= LARGEST ? value : undefined;
}

function checked(value: number | undefined, counts: FoldCounts): number | undefined {
  const taken = sound(value);
  if (taken === undefined && value !== undefined) counts.refused += 1;
  return taken;
}

/** Kills and restarts are whole; half a one is a broken source. */
function soundCount(value: number | undefined): number | undefined {
  return Number.isInteger(value) ? sound(value) : undefined;
}

function checkedCount(value: number | undefined, counts: FoldCounts): number | undefined {
  const taken = soundCount(value);
  if (taken === undefined && value !== undefined) counts.refused += 1;
  return taken;
}

/**
 * How much a counter grew; undefined where one end is missing. One that went back counts from zero
 * if the container was restarted; otherwise nobody knows how much it grew.
 */
function grown(
  value: number | undefined,
  base: number | undefined,
  isRestarted: boolean,
  counts: FoldCounts,
): number | undefined {
  if (value === undefined || base === undefined) return undefined;
  if (value >= base) return value - base;
  if (isRestarted) return value;
  counts.resets += 1;
  return undefined;
}
