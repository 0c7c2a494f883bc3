import type { SeriesRecord } from './replay.ts';

/** Whose requests are meant, and the factor put on them. */
export interface Method {
  requestsOf(record: SeriesRecord): readonly number[];
  readonly margin: number;
}

const NOTHING: readonly number[] = [];

/** A contestant as it stands, or scaled by a margin. */
export function contestantAt(place: number, margin = 1): Method {
  return { requestsOf: (record) => record.judged[place]?.requests ?? NOTHING, margin };
}

/** A member of the tuned peers, by its place among all members of the resource. */
export function memberAt(place: number, margin = 1): Method {
  return { requestsOf: (record) => record.bases[place] ?? NOTHING, margin };
}

/** What a method costs one series: ln(sum of max(request, D) / sum of D); NaN where it cannot be formed. */
export function logCharge(record: SeriesRecord, method: Method): number {
  const requests = method.requestsOf(record);
  let charged = 0;
  let demanded = 0;
  for (const [day, demand] of record.demands.entries()) {
    const request = (requests[day] ?? Number.NaN) * method.margin;
    if (Number.isNaN(request)) continue;
    charged += Math.max(request, demand);
    demanded += demand;
  }
  return demanded > 0 ? Math.log(charged / demanded) : Number.NaN;
}

/** max(request, D) and the request itself, both x windows, over the usage of the same days. */
export function footprintSums(
  record: SeriesRecord,
  method: Method,
): { readonly charged: number; readonly requested: number; readonly used: number } {
  const requests = method.requestsOf(record);
  let charged = 0;
  let requested = 0;
  let used = 0;
  for (const [day, demand] of record.demands.entries()) {
    const request = (requests[day] ?? Number.NaN) * method.margin;
    if (Number.isNaN(request)) continue;
    const windows = record.windows[day] ?? 0;
    charged += Math.max(request, demand) * windows;
    requested += request * windows;
    used += record.usageSums[day] ?? 0;
  }
  return { charged, requested, used };
}

/** Days judged and missed of one series. */
export interface MissedDays {
  readonly days: number;
  readonly missed: number;
}

/** Days of one series on which the method named a request, and those it missed. */
export function missedDays(record: SeriesRecord, method: Method): MissedDays {
  const requests = method.requestsOf(record);
  let days = 0;
  let missed = 0;
  for (const [day, demand] of record.demands.entries()) {
    const request = (requests[day] ?? Number.NaN) * method.margin;
    if (Number.isNaN(request)) continue;
    days += 1;
    if (demand > request) missed += 1;
  }
  return { days, missed };
}

/**
 * The margins a method needs on its days in rising order, from which the smallest margin that keeps a
 * miss rate is read: a day is missed until the margin reaches its demand / request.
 */
export function marginsNeeded(records: readonly SeriesRecord[], method: Method): Float64Array {
  const needed: number[] = [];
  for (const record of records) {
    const requests = method.requestsOf(record);
    for (const [day, demand] of record.demands.entries()) {
      const request = (requests[day] ?? Number.NaN) * method.margin;
      if (!Number.isNaN(request)) needed.push(demand === 0 ? 0 : demand / request);
    }
  }
  return Float64Array.from(needed).sort();
}

/** The smallest margin that misses at most the share `miss` of the days; infinite where none helps, NaN without days. */
export function marginAtMiss(needed: Float64Array, miss: number): number {
  return needed[needed.length - 1 - Math.floor(miss * needed.length)] ?? Number.NaN;
}
