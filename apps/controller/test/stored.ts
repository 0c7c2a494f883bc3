import { decodeHour, decodeQuarter, type HourContent } from '@trimtab/history';
import type { Sketch } from '@trimtab/sketch';
import type { Database } from '@trimtab/store';

/** A stored hour with its names, wherever it lies: in `hours` or in `day_block`. */
export interface NamedHour {
  /** `workload/container@hour`. */
  readonly name: string;
  readonly content: HourContent;
}

/** All stored hours: of open days from `hours`, of closed days from `day_block`. By name. */
export async function storedHours(admin: Database): Promise<NamedHour[]> {
  const rows = await admin.query<{ name: string; hour: number; content: Uint8Array }>(
    `select w.name || '/' || c.container as name, h.hour, h.content
     from hours h join wc c using (wc_id) join workload w using (workload_id)
     join day_state d on d.cluster_id = w.cluster_id and d.day = h.hour / 24 and not d.closed`,
  );
  const blocks = await admin.query<{ name: string; quarter: number; content: Uint8Array }>(
    `select w.name || '/' || c.container as name, b.quarter, b.content
     from day_block b join wc c using (wc_id) join workload w using (workload_id)`,
  );
  const open = rows.map(({ name, hour, content }) => ({
    name: `${name}@${hour}`,
    content: decodeHour(content).content,
  }));
  const closed = blocks.flatMap(({ name, quarter, content }) =>
    decodeQuarter(content).flatMap((hour, index) =>
      hour === undefined ? [] : [{ name: `${name}@${quarter * 6 + index}`, content: hour }],
    ),
  );
  return [...open, ...closed].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What must be equal however an hour was put together: all but the last bits of sums, the track's rounding and the spread. */
export function exactParts({ name, content }: NamedHour) {
  const { coveredSeconds, replicas, oomKills, restarts, track } = content;
  return {
    name,
    coveredSeconds,
    replicas,
    oomKills,
    restarts,
    cpu: bucketsOf(content.cpu),
    cpuMeans: bucketsOf(content.cpuMeans),
    memory: bucketsOf(content.memory),
    memoryPeaks: bucketsOf(content.memoryPeaks),
    track: track.map((point) => [point.index, point.coveredSeconds]),
  };
}

function bucketsOf(sketch: Sketch | undefined) {
  if (sketch === undefined) return undefined;
  const { scale, count, zeroCount, offset, bucketCounts, min, max } = sketch;
  return { scale, count, zeroCount, offset, bucketCounts: [...bucketCounts], min, max };
}

/** Samples of CPU in all stored hours together. */
export async function storedSamples(admin: Database): Promise<number> {
  const hours = await storedHours(admin);
  return hours.reduce((sum, { content }) => sum + (content.cpu?.count ?? 0), 0);
}

/** Rows of a query that counts. */
export async function count(admin: Database, text: string): Promise<number> {
  const [row] = await admin.query<{ n: number }>(`select count(*)::int4 as n from ${text}`);
  return row?.n ?? 0;
}
