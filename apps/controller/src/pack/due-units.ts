import type { WaitingUnit } from '@trimtab/store/pack';
import { HOUR_MS } from '@trimtab/units';

/** When units are due; all in milliseconds. */
export interface PackTiming {
  /** How long after an hour's end its first packing waits for the agents' last windows. */
  readonly delayMs: number;
  /** How often the hour under way is packed while a cluster is new, so that its first numbers need not wait. */
  readonly firstDayEveryMs: number;
  /** How long after its registration a cluster counts as new. */
  readonly firstDayMs: number;
  /** Everything is due at once: for a load of recorded usage. */
  readonly atOnce: boolean;
}

/** Hours of one cluster to be packed in one transaction. */
export interface PackJob {
  readonly tenantId: number;
  readonly clusterId: number;
  /** In order. */
  readonly hours: readonly number[];
  readonly bodies: number;
}

/** What `dueUnits` looks at. */
export interface DueQuestion {
  readonly units: readonly WaitingUnit[];
  /** Wall time of the database. */
  readonly nowMs: number;
  readonly timing: PackTiming;
  /** When each cluster's hour under way was last packed, by cluster id. */
  readonly lastEarlyMs: ReadonlyMap<number, number>;
}

/** The units that are due: their hour has been over for the delay, or their cluster is new, or all. Order is kept. */
export function dueUnits(question: DueQuestion): WaitingUnit[] {
  return question.units.filter((unit) => isDue(unit, question));
}

function isDue(unit: WaitingUnit, { nowMs, timing, lastEarlyMs }: DueQuestion): boolean {
  if (timing.atOnce) return true;
  if ((unit.hour + 1) * HOUR_MS + timing.delayMs <= nowMs) return true;
  if (nowMs - unit.clusterCreatedAt >= timing.firstDayMs) return false;
  const last = lastEarlyMs.get(unit.clusterId);
  return last === undefined || nowMs - last >= timing.firstDayEveryMs;
}

/** Whether a unit is packed before its hour is over and the delay has passed. */
export function isEarly(hour: number, nowMs: number, delayMs: number): boolean {
  return (hour + 1) * HOUR_MS + delayMs > nowMs;
}

/**
 * Cuts due units into jobs: hours of one cluster in order, up to `maxBodies` a job and never less than one hour.
 * A backlog is packed several hours at a time: each workload is then looked up once for all of them.
 */
export function cutJobs(units: readonly WaitingUnit[], maxBodies: number): PackJob[] {
  const jobs: PackJob[] = [];
  let open: { tenantId: number; clusterId: number; hours: number[]; bodies: number } | undefined;
  for (const unit of units) {
    if (open?.clusterId !== unit.clusterId || open.bodies + unit.bodies > maxBodies) {
      open = { tenantId: unit.tenantId, clusterId: unit.clusterId, hours: [], bodies: 0 };
      jobs.push(open);
    }
    open.hours.push(unit.hour);
    open.bodies += unit.bodies;
  }
  return jobs;
}
