import { constants, gzipSync } from 'node:zlib';
import type { Allocation } from './read/index.ts';
import { TRACE_COLUMNS, type TraceSeries } from './series.ts';

/**
 * Writes series in the format `readTrace` reads, packed as small as gzip can. The same series give the
 * same bytes under the same Node version (no time stamp is written).
 */
export function encodeTrace(series: readonly TraceSeries[]): Uint8Array {
  const lines: string[] = [TRACE_COLUMNS.join(',')];
  for (const { id, t, cpuCores, memoryBytes } of series) {
    for (const [index, seconds] of t.entries()) {
      const memory = memoryBytes[index] ?? Number.NaN;
      const memoryText = Number.isNaN(memory) ? '' : String(memory);
      lines.push(`${id},${seconds},${cpuCores[index]},${memoryText}`);
    }
  }
  return gzipSync(`${lines.join('\n')}\n`, { level: constants.Z_BEST_COMPRESSION });
}

/** Writes allocations in the format `readAllocations` reads, in the order given. */
export function encodeAllocations(allocations: ReadonlyMap<string, Allocation>): string {
  const lines = ['series,cpu_cores,memory_bytes'];
  for (const [series, { cpu, memory }] of allocations) {
    lines.push(`${series},${cpu ?? ''},${memory ?? ''}`);
  }
  return `${lines.join('\n')}\n`;
}
