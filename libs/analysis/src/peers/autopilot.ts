/**
 * Google Autopilot's moving-window recommender (EuroSys'20), over 5-minute windows.
 *
 *     weight of a sample aged a     2^(-a / halfLife)      12 h for CPU, 48 h for memory
 *     adjusted histogram            bucket weight * bucket value: P95 is the limit under which 95 %
 *                                   of the WORK is done, not 95 % of the time
 *     answer                        statistic * (1 + margin), the highest of the last hour
 *
 * The paper gives neither the bucket bounds nor one margin; buckets here grow by 3.5 % and there are
 * 400 of them, so CPU reaches from 1 m to about 900 cores and memory from 1 MB to about 900 GB.
 */
const BUCKETS = 400;
const GROWTH = 1.035;
const LOG_GROWTH = Math.log(GROWTH);
const WINDOWS_KEPT = 12;
/** Weights are scaled back before they leave the doubles. */
const LARGEST_WEIGHT = 2 ** 500;
const SECONDS_PER_HOUR = 3600;
const HALF_OF_MAX = 0.5;
const INTERMEDIATE_PERCENTILE = 0.6;

/** What is read from the window; the percentile is a share of the work done, 0 to 1. */
export type AutopilotStatistic =
  | { readonly kind: 'mean' }
  | { readonly kind: 'max' }
  | { readonly kind: 'load-percentile'; readonly percentile: number }
  | { readonly kind: 'max-of-p60-and-half-max' };

/** Settings of one moving window. */
export interface AutopilotOptions {
  readonly statistic: AutopilotStatistic;
  readonly halfLifeSeconds: number;
  /** Share on top. The paper says 10 to 15 %. */
  readonly margin: number;
  /** Lower end of the second bucket, in the samples' unit. */
  readonly smallest: number;
  /** Windows that `max` looks back over. */
  readonly maxWindows: number;
}

/** A serving job's CPU: P95 of the load, half-life 12 h, 15 %. Cores. */
export const AUTOPILOT_CPU: AutopilotOptions = {
  statistic: { kind: 'load-percentile', percentile: 0.95 },
  halfLifeSeconds: 43_200,
  margin: 0.15,
  smallest: 0.001,
  maxWindows: 288,
};

/** Memory of a job that tolerates few kills: P98 of the load, half-life 48 h, 15 %. Bytes. */
export const AUTOPILOT_MEMORY: AutopilotOptions = {
  statistic: { kind: 'load-percentile', percentile: 0.98 },
  halfLifeSeconds: 172_800,
  margin: 0.15,
  smallest: 1e6,
  maxWindows: 288,
};

/** The moving window of one series and resource; windows come in order of time. */
export class AutopilotWindow {
  readonly #options: AutopilotOptions;
  readonly #values: Float64Array;
  /** Weight times value of each bucket. */
  readonly #loads = new Float64Array(BUCKETS);
  readonly #recent: { readonly seconds: number; readonly value: number }[] = [];
  readonly #answers: { readonly seconds: number; readonly answer: number }[] = [];
  #highest = 0;
  #totalLoad = 0;
  #originSeconds = 0;
  #meanWeight = 0;
  #meanSum = 0;

  constructor(options: AutopilotOptions) {
    this.#options = options;
    this.#values = Float64Array.from(
      { length: BUCKETS },
      (_, bucket) => options.smallest * GROWTH ** bucket,
    );
  }

  /** Adds one window's value (cores or peak bytes) and forms the answer after it. */
  add(value: number, seconds: number): void {
    const weight = this.#weightAt(seconds);
    const bucket = this.#bucketOf(value);
    const load = weight * (this.#values[bucket] ?? 0);
    this.#loads[bucket] = (this.#loads[bucket] ?? 0) + load;
    this.#totalLoad += load;
    this.#highest = Math.max(this.#highest, bucket);
    this.#meanWeight += weight;
    this.#meanSum += weight * value;
    this.#recent.push({ seconds, value });
    if (this.#recent.length > this.#options.maxWindows) this.#recent.shift();
    this.#answers.push({ seconds, answer: this.#statistic() * (1 + this.#options.margin) });
    if (this.#answers.length > WINDOWS_KEPT) this.#answers.shift();
  }

  /** The highest answer of the hour that ends with the last window; undefined before the first. */
  recommend(): number | undefined {
    const last = this.#answers.at(-1);
    if (last === undefined) return undefined;
    const hour = this.#answers.filter((entry) => entry.seconds > last.seconds - SECONDS_PER_HOUR);
    return hour.reduce((most, entry) => Math.max(most, entry.answer), 0);
  }

  #statistic(): number {
    const { statistic } = this.#options;
    switch (statistic.kind) {
      case 'mean':
        return this.#meanSum / this.#meanWeight;
      case 'max':
        return this.#max();
      case 'load-percentile':
        return this.#loadPercentile(statistic.percentile);
      case 'max-of-p60-and-half-max':
        return Math.max(this.#loadPercentile(INTERMEDIATE_PERCENTILE), HALF_OF_MAX * this.#max());
    }
  }

  #max(): number {
    return this.#recent.reduce((most, entry) => Math.max(most, entry.value), 0);
  }

  /** Read from the top, where the answer lies: the first bucket with more than the rest above its lower end. */
  #loadPercentile(percentile: number): number {
    const rest = (1 - percentile) * this.#totalLoad;
    let above = 0;
    for (let bucket = this.#highest; bucket >= 0; bucket -= 1) {
      above += this.#loads[bucket] ?? 0;
      if (above > rest) return this.#values[bucket] ?? 0;
    }
    return this.#values[0] ?? 0;
  }

  #bucketOf(value: number): number {
    if (value <= this.#options.smallest) return 0;
    return Math.min(Math.ceil(Math.log(value / this.#options.smallest) / LOG_GROWTH), BUCKETS - 1);
  }

  #weightAt(seconds: number): number {
    const weight = 2 ** ((seconds - this.#originSeconds) / this.#options.halfLifeSeconds);
    if (weight <= LARGEST_WEIGHT) return weight;
    this.#originSeconds = seconds;
    for (let bucket = 0; bucket <= this.#highest; bucket += 1) {
      this.#loads[bucket] = (this.#loads[bucket] ?? 0) / weight;
    }
    this.#totalLoad /= weight;
    this.#meanWeight /= weight;
    this.#meanSum /= weight;
    return 1;
  }
}
