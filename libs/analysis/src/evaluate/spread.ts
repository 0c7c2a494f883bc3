import type { MissedDays } from './charge.ts';
import type { SeriesRecord } from './replay.ts';

const RATE_FACTOR = 3;
const CHANCE = 0.01;

/**
 * Share of series that missed so often that chance would do it in less than 1 of 100 cases even at
 * three times the overall rate: how unevenly the risk is spread. 0 for no series.
 */
export function overShare(series: readonly MissedDays[]): number {
  const judged = series.filter((entry) => entry.days > 0);
  if (judged.length === 0) return 0;
  const rate = Math.min(1, RATE_FACTOR * rateOf(judged));
  const over = judged.filter((entry) => tail(entry.missed, entry.days, rate) < CHANCE);
  return over.length / judged.length;
}

/** Miss rate over the tenth (at least one) of the series that missed most; NaN for none. */
export function worstTenthMiss(series: readonly MissedDays[]): number {
  const judged = series.filter((entry) => entry.days > 0);
  const sorted = judged.sort((a, b) => b.missed / b.days - a.missed / a.days);
  return rateOf(sorted.slice(0, Math.max(1, Math.floor(sorted.length / 10))));
}

/** Miss rates of the thirds of the series by their demands' coefficient of variation, calm first. */
export function missByDispersion(
  records: readonly SeriesRecord[],
  series: readonly MissedDays[],
): readonly number[] {
  const order = records
    .map((record, place) => ({ dispersion: dispersionOf(record.demands), missed: series[place] }))
    .sort((a, b) => a.dispersion - b.dispersion);
  return [0, 1, 2].map((third) => {
    const from = Math.floor((third * order.length) / 3);
    const to = Math.floor(((third + 1) * order.length) / 3);
    const part = order.slice(from, to).map((entry) => entry.missed);
    return rateOf(part.filter((entry) => entry !== undefined));
  });
}

/** Missed days over days; NaN without days. */
export function rateOf(series: readonly MissedDays[]): number {
  let days = 0;
  let missed = 0;
  for (const entry of series) {
    days += entry.days;
    missed += entry.missed;
  }
  return missed / days;
}

function dispersionOf(demands: readonly number[]): number {
  const mean = demands.reduce((sum, demand) => sum + demand, 0) / demands.length;
  const square = demands.reduce((sum, demand) => sum + (demand - mean) ** 2, 0) / demands.length;
  return mean > 0 ? Math.sqrt(square) / mean : 0;
}

/** P(X >= hits) for a binomial X. */
function tail(hits: number, trials: number, rate: number): number {
  if (hits === 0 || rate >= 1) return 1;
  if (rate <= 0) return 0;
  let logChoose = 0;
  let below = 0;
  for (let k = 0; k < hits; k += 1) {
    if (k > 0) logChoose += Math.log((trials - k + 1) / k);
    below += Math.exp(logChoose + k * Math.log(rate) + (trials - k) * Math.log1p(-rate));
  }
  return 1 - below;
}
