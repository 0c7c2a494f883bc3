import type { DemandDay } from '../demand/index.ts';
import type { SpikePlan } from './plan.ts';

/** Days looked back on to tell what is ordinary. */
const ORDINARY_DAYS = 28;
/** Ordinary days without which nothing is called calm. */
const FEWEST_ORDINARY = 3;
/** Spikes may be this share of the days at most; more of them are the workload's nature, and the models see them. */
const MOST_SPIKES = 1 / 3;

/**
 * Remembers the spike of a workload that is otherwise calm: the weekly report, the month's end. A model that weighs
 * days against each other forgets it before it comes again, and for memory that is a kill.
 *
 *     ordinary    demand up to `above` times the middle day's
 *     calm        the highest ordinary day is at most `calm` times the middle one's
 *     floor       the highest demand of the last `days` days, if it is no ordinary one and the workload is calm
 *
 * | days of 400 MiB, then one of 2 GiB, then quiet for | floor (days 8, above 1.5, calm 1.25) |
 * |---|---|
 * | 1 to 7 days | 2 GiB |
 * | 8 days | none |
 */
export class SpikeMemory {
  readonly #plan: SpikePlan;
  #days: { readonly day: number; readonly demand: number }[] = [];

  constructor(plan: SpikePlan) {
    this.#plan = plan;
  }

  /** Takes the next day; one without enough cover counts too, since a peak that was seen was needed. */
  observe({ day, demand }: DemandDay): void {
    this.#days.push({ day, demand });
    this.#days = this.#days.filter((one) => one.day > day - ORDINARY_DAYS);
  }

  /** The spike to keep; undefined where there is none or where spikes are what the workload always does. */
  floor(): number | undefined {
    const { days, above, calm } = this.#plan;
    const sorted = this.#days.map(({ demand }) => demand).sort((a, b) => a - b);
    const middle = sorted[(sorted.length - 1) >> 1] ?? 0;
    const ordinary = sorted.filter((demand) => demand <= above * middle);
    const spikes = sorted.length - ordinary.length;
    if (ordinary.length < FEWEST_ORDINARY || spikes > MOST_SPIKES * sorted.length) return undefined;
    if ((ordinary.at(-1) ?? 0) > calm * middle) return undefined;
    const last = this.#days.at(-1)?.day ?? 0;
    const recent = this.#days.filter(({ day }) => day > last - days);
    const highest = Math.max(0, ...recent.map(({ demand }) => demand));
    return highest > above * middle ? highest : undefined;
  }
}
