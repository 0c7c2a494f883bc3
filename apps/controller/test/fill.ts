import { ensureDayPartitions } from '@trimtab/store';
import { closeDay } from '../src/pack/close-day.ts';
import { packUnits } from '../src/pack/pack-units.ts';
import type { Bench } from './database.ts';
import { push, usageOf } from './usage.ts';

/** What to fill a bench with. */
export interface Filling {
  readonly firstDay: number;
  readonly days: number;
  readonly workloads: readonly string[];
  /** Close days before this one; default: none. */
  readonly closeBefore?: number;
  /** Default 1. */
  readonly firstSeq?: number;
}

/** Whole days of usage, pushed as an agent would and packed; the older days closed. */
export async function fill(bench: Bench, filling: Filling): Promise<void> {
  const { firstDay, days, workloads, closeBefore = 0, firstSeq = 1 } = filling;
  const hours = Array.from({ length: days * 24 }, (_, index) => firstDay * 24 + index);
  await push(
    bench,
    hours.map((hour, index) => ({
      seq: firstSeq + index,
      hour,
      usages: workloads.map((workload) => usageOf({ hour, workload })),
    })),
  );
  const { tenantId, clusterId } = bench;
  const dayNumbers = Array.from({ length: days }, (_, index) => firstDay + index);
  await ensureDayPartitions(bench.db, dayNumbers);
  await packUnits(
    bench.db,
    { tenantId, clusterId, hours, bodies: hours.length },
    { maxBodies: 4000, firstBlockDay: 0 },
  );
  for (const day of dayNumbers) {
    if (day < closeBefore) await closeDay(bench.db, { tenantId, clusterId, day });
  }
}
