import { type ContainerSizes, type UsageWindow, WINDOW_MS, WINDOW_SECONDS } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import { type Bytes, epochMs, SECOND_MS } from '@trimtab/units';

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** One window of one container while it is being filled. Changed in place: this is the hot loop. */
export class OpenWindow {
  /** Milliseconds since 1970, a multiple of WINDOW_MS. */
  readonly start: number;
  /** The last ones seen. */
  labels: Readonly<Record<string, string>>;
  sizes: ContainerSizes;
  #cpu: Sketch | undefined;
  #startupCpu: Sketch | undefined;
  #memory: Sketch | undefined;
  #throttledSeconds: number | undefined;
  #oomKills: number | undefined;
  #oomLimit: Bytes | undefined;
  #restarts: number | undefined;
  // The stretch being covered now, in milliseconds since 1970; empty while both are equal.
  #fromMs = 0;
  #toMs = 0;
  readonly #pieces: UsageWindow[] = [];

  constructor(start: number, labels: Readonly<Record<string, string>>, sizes: ContainerSizes) {
    this.start = start;
    this.labels = labels;
    this.sizes = sizes;
  }

  /** Adds one CPU sample in cores. */
  addCpu(coresUsed: number, isStartup: boolean): void {
    if (isStartup) {
      this.#startupCpu ??= new Sketch();
      this.#startupCpu.add(coresUsed);
    } else {
      this.#cpu ??= new Sketch();
      this.#cpu.add(coresUsed);
    }
  }

  /** Adds one working set in bytes. */
  addMemory(bytesUsed: number): void {
    this.#memory ??= new Sketch();
    this.#memory.add(bytesUsed);
  }

  /** Adds time held back by the quota. */
  addThrottled(seconds: number): void {
    this.#throttledSeconds = (this.#throttledSeconds ?? 0) + seconds;
  }

  /** Adds kills; `limit` is the memory limit in force at the last of them, if known. None is a measurement too. */
  addOomKills(kills: number, limit: Bytes | undefined): void {
    this.#oomKills = (this.#oomKills ?? 0) + kills;
    if (kills > 0 && limit !== undefined) this.#oomLimit = limit;
  }

  /** Adds restarts. */
  addRestarts(restarts: number): void {
    this.#restarts = (this.#restarts ?? 0) + restarts;
  }

  /**
   * Marks [fromMs, toMs) as covered; calls come in order of time and lie inside the window. A hole
   * ends a piece and begins the next: a window with a hole becomes two with disjoint covers, so that
   * none claims seconds nobody measured.
   */
  cover(fromMs: number, toMs: number): void {
    if (this.#toMs === fromMs) {
      this.#toMs = toMs;
      return;
    }
    this.#finishPiece();
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** The finished window, one entry a stretch of cover; none where less than a second was covered or nothing measured. */
  close(): readonly UsageWindow[] {
    this.#finishPiece();
    return this.#pieces;
  }

  #finishPiece(): void {
    const fromSecond = this.#second(this.#fromMs);
    const toSecond = this.#second(this.#toMs);
    // Values without a cover of their own wait for the next piece.
    if (toSecond <= fromSecond) return;
    const values = this.#takeValues();
    if (Object.keys(values).length === 0) return;
    this.#pieces.push({ start: epochMs(this.start), fromSecond, toSecond, ...values });
  }

  #takeValues(): Partial<UsageWindow> {
    const values: Changing<Partial<UsageWindow>> = {};
    if (this.#cpu !== undefined) values.cpu = this.#cpu;
    if (this.#memory !== undefined) values.memory = this.#memory;
    if (this.#startupCpu !== undefined) values.startupCpu = this.#startupCpu;
    if (this.#throttledSeconds !== undefined) values.throttledSeconds = this.#throttledSeconds;
    if (this.#oomKills !== undefined) values.oomKills = this.#oomKills;
    if (this.#oomLimit !== undefined) values.oomLimit = this.#oomLimit;
    if (this.#restarts !== undefined) values.restarts = this.#restarts;
    this.#cpu = undefined;
    this.#memory = undefined;
    this.#startupCpu = undefined;
    this.#throttledSeconds = undefined;
    this.#oomKills = undefined;
    this.#oomLimit = undefined;
    this.#restarts = undefined;
    return values;
  }

  /** Rounded to the nearest second at both ends, so that two covers that do not overlap never do after rounding. */
  #second(moment: number): number {
    const second = Math.round((moment - this.start) / SECOND_MS);
    return Math.min(Math.max(second, 0), WINDOW_SECONDS);
  }
}

/** The start of the window a sample at `moment` belongs to: it closes the interval before it, so a window's end is its own. */
export function windowOfSample(moment: number): number {
  return Math.floor((moment - 1) / WINDOW_MS) * WINDOW_MS;
}
