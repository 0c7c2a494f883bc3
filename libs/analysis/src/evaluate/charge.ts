import type { SeriesRecord } from './replay.ts';

/** A request for each scored day of each series; NaN where none was named. */
export type Requests = readonly (readonly number[])[];

/** What a set of requests costs one series: ln(sum of max(request, D) / sum of D); undefined where it cannot be formed. */
export function logCharge(
  record: SeriesRecord,
  requests: readonly number[],
  margin = 1,
): number | undefined {
  let charged = 0;
  let demanded = 0;
  for (const [slot, demand] of record.demands.entries()) {
    const request = (requests[slot] ?? Number.NaN) * margin;
    if (Number.isNaN(request)) continue;
    charged += Math.max(request, demand);
    demanded += demand;
  }
  return demanded > 0 ? Math.log(charged / demanded) : undefined;
}

/** xoracle: the geometric mean of the series' charges. NaN where no series has one. */
export function xoracleOf(
  records: readonly SeriesRecord[],
  requests: Requests,
  margin = 1,
): number {
  let sum = 0;
  let count = 0;
  for (const [slot, record] of records.entries()) {
    const charge = logCharge(record, requests[slot] ?? [], margin);
    if (charge === undefined) continue;
    sum += charge;
    count += 1;
  }
  return Math.exp(sum / count);
}

/** Sum of max(request, D) over the sum of usage, both in amount x windows. */
export function chargedFootprintOf(
  records: readonly SeriesRecord[],
  requests: Requests,
  margin = 1,
): number {
  let charged = 0;
  let used = 0;
  for (const [slot, record] of records.entries()) {
    for (const [day, demand] of record.demands.entries()) {
      const request = (requests[slot]?.[day] ?? Number.NaN) * margin;
      if (Number.isNaN(request)) continue;
      charged += Math.max(request, demand) * (record.windows[day] ?? 0);
      used += record.usageSums[day] ?? 0;
    }
  }
  return charged / used;
}

/**
 * The smallest margin at which a method misses at most the share `miss` of all scored days: exact,
 * since a day is missed until the margin reaches its demand / request. Infinite where no margin helps.
 */
export function marginAtMiss(
  records: readonly SeriesRecord[],
  requests: Requests,
  miss: number,
): number {
  const needed: number[] = [];
  for (const [slot, record] of records.entries()) {
    for (const [day, demand] of record.demands.entries()) {
      const request = requests[slot]?.[day] ?? Number.NaN;
      if (Number.isNaN(request)) continue;
      needed.push(demand === 0 ? 0 : demand / request);
    }
  }
  const sorted = Float64Array.from(needed).sort();
  return sorted[sorted.length - 1 - Math.floor(miss * sorted.length)] ?? Number.NaN;
}
