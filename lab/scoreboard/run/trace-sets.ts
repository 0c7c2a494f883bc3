import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A trace set to replay. */
export interface TraceSet {
  readonly name: string;
  readonly path: string;
  /** Recording of the highest value in each window, for the same series: what the requests are judged on. */
  readonly peakPath?: string;
  /** Size of the file, by which the order of work is chosen. */
  readonly fileBytes: number;
}

/** A folder or a set that cannot be used; the message says which and what was expected. */
export class TraceSetError extends Error {
  override readonly name = 'TraceSetError';
}

const TRACE_FILE = /^(?<name>.+?)\.csv(?:\.gz)?$/;
const PEAK_SUFFIX = '-peak';

/**
 * The trace files of a folder (`<set>.csv` or `<set>.csv.gz`), by name. `<set>-peak` beside `<set>` makes
 * two sets: the recording itself, and `<set>-peak`, which shows the averages and judges on the peaks.
 * `wanted` picks some by name. Throws TraceSetError where nothing is found.
 */
export function findTraceSets(folder: string, wanted?: readonly string[]): TraceSet[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new TraceSetError(`found no folder ${folder}; expected one with <set>.csv.gz files`);
  }
  const paths = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    const name = TRACE_FILE.exec(file)?.groups?.['name'];
    if (name !== undefined && !name.endsWith('.alloc')) paths.set(name, join(folder, file));
  }
  const sets = [...paths.keys()].sort().map((name) => traceSet(name, paths));
  const chosen = sets.filter(({ name }) => wanted === undefined || wanted.includes(name));
  const missing = wanted?.filter((name) => !paths.has(name)) ?? [];
  if (missing.length > 0 || chosen.length === 0) {
    const found = missing.length > 0 ? `no set ${missing.join(', ')}` : 'no set at all';
    const known = [...paths.keys()].join(', ') || '<set>.csv.gz files';
    throw new TraceSetError(`found ${found} in ${folder}; expected ${known}`);
  }
  return chosen;
}

function traceSet(name: string, paths: ReadonlyMap<string, string>): TraceSet {
  const path = paths.get(name) ?? '';
  const shown = name.endsWith(PEAK_SUFFIX)
    ? paths.get(name.slice(0, -PEAK_SUFFIX.length))
    : undefined;
  if (shown === undefined) return { name, path, fileBytes: statSync(path).size };
  return { name, path: shown, peakPath: path, fileBytes: statSync(shown).size };
}
