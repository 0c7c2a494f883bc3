import { decodeHour, decodeQuarter, type HourContent } from '@trimtab/history';
import { connect, type Database } from '@trimtab/store';

/** All that the database holds of one workload container, hours added up. */
export interface StoredUsage {
  coveredSeconds: number;
  cpuSamples: number;
  cpuCoreSum: number;
  memorySamples: number;
  memoryByteSum: number;
  throttledSeconds: number;
  /** Undefined where no hour counted them. */
  oomKills: number | undefined;
  restarts: number | undefined;
}

interface Row {
  readonly name: string;
  readonly content: Buffer;
}

const OPEN_HOURS = `
  select w.namespace || '/' || w.name as name, h.content
    from hours h
    join wc on wc.wc_id = h.wc_id
    join workload w on w.workload_id = wc.workload_id
   where not exists (select from day_state d
                      where d.cluster_id = w.cluster_id and d.day = h.hour / 24 and d.closed)`;

const CLOSED_QUARTERS = `
  select w.namespace || '/' || w.name as name, b.content
    from day_block b
    join wc on wc.wc_id = b.wc_id
    join workload w on w.workload_id = wc.workload_id`;

/** Reads hours of open days and blocks of closed ones, by `namespace/workload`. */
export async function storedUsage(url: string): Promise<Map<string, StoredUsage>> {
  const db = connect({ url, poolSize: 1, applicationName: 'trimtab-e2e' });
  try {
    return await db.transaction((tx) => readAll(tx), { isolation: 'repeatable read' });
  } finally {
    await db.close();
  }
}

async function readAll(tx: Pick<Database, 'query'>): Promise<Map<string, StoredUsage>> {
  const usage = new Map<string, StoredUsage>();
  for (const { name, content } of await tx.query<Row>(OPEN_HOURS)) {
    add(usage, name, decodeHour(content).content);
  }
  for (const { name, content } of await tx.query<Row>(CLOSED_QUARTERS)) {
    for (const hour of decodeQuarter(content)) if (hour !== undefined) add(usage, name, hour);
  }
  return usage;
}

function add(usage: Map<string, StoredUsage>, name: string, hour: HourContent): void {
  const sum = usage.get(name) ?? nothing();
  sum.coveredSeconds += hour.coveredSeconds;
  sum.cpuSamples += (hour.cpu?.count ?? 0) + (hour.startupCpu?.count ?? 0);
  sum.cpuCoreSum += (hour.cpu?.sum ?? 0) + (hour.startupCpu?.sum ?? 0);
  sum.memorySamples += hour.memory?.count ?? 0;
  sum.memoryByteSum += hour.memory?.sum ?? 0;
  sum.throttledSeconds += hour.throttledSeconds ?? 0;
  sum.oomKills = addCount(sum.oomKills, hour.oomKills);
  sum.restarts = addCount(sum.restarts, hour.restarts);
  usage.set(name, sum);
}

/** The sum of two counts of which each may be unknown. */
export function addCount(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}

/** A sum of nothing. */
export function nothing(): StoredUsage {
  return {
    coveredSeconds: 0,
    cpuSamples: 0,
    cpuCoreSum: 0,
    memorySamples: 0,
    memoryByteSum: 0,
    throttledSeconds: 0,
    oomKills: undefined,
    restarts: undefined,
  };
}
