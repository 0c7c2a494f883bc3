/** What the controller tells about its work, for whoever shows it. Counts only rise but for `bodiesWaiting`. */
export interface Progress {
  /** Hours of a cluster packed since the start; an hour packed again counts again. */
  readonly unitsPacked: number;
  readonly bodiesPacked: number;
  readonly bodiesSetAside: number;
  readonly containerHours: number;
  /** As the last pass found them; what has been packed since is taken off. */
  readonly bodiesWaiting: number;
  readonly daysClosed: number;
  /** The run under way or the last one; absent before the first. */
  readonly run?: RunProgress;
}

/** How far a run is. */
export interface RunProgress {
  readonly runId: number;
  readonly shardsDone: number;
  readonly shardsSetAside: number;
  readonly shardsTotal: number;
  readonly isCommitted: boolean;
}

const NOTHING: Progress = {
  unitsPacked: 0,
  bodiesPacked: 0,
  bodiesSetAside: 0,
  containerHours: 0,
  bodiesWaiting: 0,
  daysClosed: 0,
};

/** Keeps the counts and tells each change. */
export class ProgressBoard {
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  #now: Progress = NOTHING;

  constructor(onProgress?: (progress: Progress) => void) {
    this.#onProgress = onProgress;
  }

  get now(): Progress {
    return this.#now;
  }

  /** Replaces some of the counts by what `change` makes of them. */
  update(change: (now: Progress) => Partial<Progress>): void {
    this.#now = { ...this.#now, ...change(this.#now) };
    this.#onProgress?.(this.#now);
  }
}
