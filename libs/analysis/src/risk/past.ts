import type { DemandDay } from '../demand/index.ts';

/** Days that features look back on. */
const LONGEST_DAYS = 60;
/** A day tells enough about its demand from this share of it on. */
const LEAST_COVER = 0.5;
const HOURS_IN_SIGHT = 6;
/** Fewest days from which features can be formed. */
const FEWEST_DAYS = 2;

/** What the features keep of a day, as natural logarithms of amounts. */
export interface PastDay {
  readonly day: number;
  readonly demand: number;
  /** Of the day's windows. */
  readonly median: number;
  readonly p99: number;
  readonly max: number;
  /** Last measured hour, and the highest of the last six. */
  readonly lastHour: number;
  readonly lastHours: number;
}

/**
 * The days of one resource of one workload as the risk model looks back on them: the last 60 that were
 * at least half covered. Amounts below `least`, the smallest size there is, count as `least`.
 */
export class Past {
  readonly days: PastDay[] = [];
  readonly #least: number;
  #sum = 0;
  #count = 0;

  constructor(least: number) {
    this.#least = least;
  }

  /** Shows the next day. */
  observe(day: DemandDay): void {
    if (day.cover < LEAST_COVER) return;
    this.#sum += Math.max(day.demand, this.#least);
    this.#count += 1;
    this.days.push(this.#kept(day));
    if (this.days.length > LONGEST_DAYS) this.days.shift();
  }

  /** Whether there are days enough for features. */
  get isEnough(): boolean {
    return this.days.length >= FEWEST_DAYS;
  }

  /** Days shown so far, forgotten ones included. */
  get count(): number {
    return this.#count;
  }

  /** Mean demand over all days shown, forgotten ones included. */
  get meanDemand(): number {
    return this.#count === 0 ? this.#least : this.#sum / this.#count;
  }

  /** Whether no day asked for more than the smallest size. */
  get isIdle(): boolean {
    return this.days.every((day) => day.demand <= Math.log(this.#least));
  }

  #kept(day: DemandDay): PastDay {
    const { windows, toAmount } = day;
    const quantile = (share: number): number => (windows.quantile(share) ?? 0) * toAmount;
    const hours = day.hours.slice(-HOURS_IN_SIGHT * 4).filter((hour) => hour !== undefined);
    return {
      day: day.day,
      demand: this.#log(day.demand),
      median: this.#log(quantile(0.5)),
      p99: this.#log(quantile(0.99)),
      max: this.#log(quantile(1)),
      lastHour: this.#log(hours.at(-1) ?? day.demand),
      lastHours: this.#log(Math.max(0, ...hours.slice(-HOURS_IN_SIGHT))),
    };
  }

  #log(amount: number): number {
    return Math.log(Math.max(amount, this.#least));
  }
}
