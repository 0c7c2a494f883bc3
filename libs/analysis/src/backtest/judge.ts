import type { DemandDay } from '../demand/index.ts';

const MINUTES_PER_WINDOW = 5;
const MINUTES_PER_DAY = 1440;

/** Running sums over the days on which a request was in force. */
export interface Tally {
  readonly days: number;
  readonly missed: number;
  readonly minutesAbovePerDay: number;
  /** Sum of request over sum of mean usage; over `leastUsage` a day where nothing at all was used. */
  readonly requestOverUsage: number;
}

/** Judges one request a day against what the day asked for. Amounts are those of the days. */
export class Judge {
  readonly #leastUsage: number;
  #days = 0;
  #missed = 0;
  #minutes = 0;
  #requested = 0;
  #used = 0;

  /** `leastUsage` is the smallest size that can be named: what an idle day's usage is taken for. */
  constructor(leastUsage: number) {
    this.#leastUsage = leastUsage;
  }

  /** Adds a day and the request that was in force on it. */
  add(day: DemandDay, request: number): void {
    const isMissed = day.demand > request;
    this.#days += 1;
    if (isMissed) this.#missed += 1;
    this.#minutes += minutesAbove(day, request, isMissed);
    this.#requested += request;
    this.#used += day.meanUsage;
  }

  /** The sums so far. */
  tally(): Tally {
    const used = this.#used > 0 ? this.#used : this.#leastUsage * Math.max(1, this.#days);
    return {
      days: this.#days,
      missed: this.#missed,
      minutesAbovePerDay: this.#days === 0 ? 0 : this.#minutes / this.#days,
      requestOverUsage: this.#requested / used,
    };
  }
}

/** Share of windows above the request x covered minutes; a kill that the windows do not show counts as one of them. */
function minutesAbove(day: DemandDay, request: number, isMissed: boolean): number {
  const share = day.windows.countAbove(request / day.toAmount) / day.windows.count;
  const minutes = share * day.cover * MINUTES_PER_DAY;
  const isHiddenKill = isMissed && day.killedAt !== undefined;
  return isHiddenKill ? Math.max(minutes, MINUTES_PER_WINDOW) : minutes;
}
