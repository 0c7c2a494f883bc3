import type { RiskCurve } from './curve.ts';
import { mean, risingFrom, spread } from './moments.ts';
import type { Past } from './past.ts';

/** The request that pays best, as its logarithm, and the risk stated for it, 0 to 1. */
export interface Decision {
  readonly log: number;
  readonly risk: number;
}

/** Part of the recent level in what an idle unit is measured by. */
const RECENT = 0.3;
/** Part of the deviation of the logarithms that is added to what was seen. */
const YET_TO_COME = 0.25;

/**
 * The request with the lowest
 *
 *     expected idle amount / the workload's usual demand  +  price x risk of a miss
 *
 * One price for all workloads, not one risk: where a lower risk is cheap (a calm workload) it is
 * bought, where it is dear (a wild one) it is not, and the fleet as a whole misses the wanted share at
 * the least cost. The idle amount is measured by the mean over all days, since a workload that has
 * dear days anyway loses little by idling on cheap ones.
 */
export function decide(curve: RiskCurve, usual: number, price: number): Decision {
  const { logs, risks } = curve;
  curve.reach(0);
  let idle = 0;
  let amount = Math.exp(logs[0] ?? 0);
  let best = { cost: price * (risks[0] ?? 1), at: 0 };
  for (let at = 1; at < curve.length; at += 1) {
    curve.reach(at);
    const next = Math.exp(logs[at] ?? 0);
    const enough = 1 - ((risks[at] ?? 0) + (risks[at - 1] ?? 0)) / 2;
    idle += ((next - amount) * enough) / usual;
    amount = next;
    if (idle > best.cost) break;
    const cost = idle + price * (risks[at] ?? 0);
    if (cost < best.cost) best = { cost, at };
  }
  return { log: logs[best.at] ?? 0, risk: risks[best.at] ?? 1 };
}

/**
 * What a workload usually asks for: mostly the mean of all its days, in part the middle of the last
 * week. The wilder its days, the more is still to come that few days have not shown.
 */
export function usualDemand(past: Past): number {
  const logs = past.days.map((day) => day.demand);
  const week = risingFrom(logs, Math.max(0, logs.length - 7));
  const middle = Math.exp(mean(week.slice((week.length - 1) >> 1, (week.length >> 1) + 1)));
  const wildness = spread(logs);
  return (past.meanDemand * (1 - RECENT) + middle * RECENT) * Math.exp(wildness * YET_TO_COME);
}

/** The price at which the mean stated risk over these workloads is the wanted one, between 0.01 and 3,000. */
export function priceFor(
  fleet: readonly { readonly curve: RiskCurve; readonly usual: number }[],
  wanted: number,
): number {
  let low = Math.log(0.01);
  let high = Math.log(3000);
  for (let round = 0; round < 16; round += 1) {
    const middle = (low + high) / 2;
    const price = Math.exp(middle);
    const risk = mean(fleet.map(({ curve, usual }) => decide(curve, usual, price).risk));
    if (risk > wanted) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
