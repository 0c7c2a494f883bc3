import type { Judged, SeriesRecord } from './replay.ts';

/** A record of one-window days for tests: demands, what each contestant requested, what each member named. */
export function recordOf(
  demands: readonly number[],
  requests: readonly (readonly number[])[],
  bases: readonly (readonly number[])[] = [],
): SeriesRecord {
  return {
    id: `made-${demands.join('-')}`,
    meanUsage: 1,
    windowSeconds: 300,
    demands,
    usageSums: demands.map((demand) => demand / 2),
    usageP95s: demands,
    windows: demands.map(() => 1),
    judged: requests.map((named) => judgedOf(demands, named)),
    bases,
  };
}

function judgedOf(demands: readonly number[], requests: readonly number[]): Judged {
  const shortOf = (request: number, day: number): number =>
    Math.max(0, (demands[day] ?? 0) - request);
  return {
    requests,
    windowsAbove: requests.map((request, day) => (shortOf(request, day) > 0 ? 1 : 0)),
    short: requests.map(shortOf),
    namedDays: requests.length,
    changes: 0,
    downward: 0,
  };
}
