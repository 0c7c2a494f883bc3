import { DAY_MS, type EpochMs, epochMs } from '@trimtab/units';
import { StandaloneError } from '../errors.ts';
import type { DataFolder } from './folder.ts';

const FILE = 'replay.json';

/** Where the recorded usage lies on the calendar and whether all of it has been delivered. */
export interface ReplayState {
  /** UTC midnight at which the last recorded day ends. Fixed at the first start: a resumed load must give the same windows. */
  readonly end: EpochMs;
  readonly isLoaded: boolean;
}

/** The state kept in the folder; at the first start one whose recordings end at the last midnight, which is kept at once. */
export function keepReplayState(folder: DataFolder, nowMs: number): ReplayState {
  const kept = folder.read(FILE);
  if (kept !== undefined) return parse(kept.toString(), folder.path(FILE));
  const state: ReplayState = {
    end: epochMs(Math.floor(nowMs / DAY_MS) * DAY_MS),
    isLoaded: false,
  };
  folder.write(FILE, JSON.stringify(state));
  return state;
}

/** Notes that everything was delivered. */
export function markLoaded(folder: DataFolder, state: ReplayState): void {
  folder.write(FILE, JSON.stringify({ ...state, isLoaded: true }));
}

function parse(text: string, path: string): ReplayState {
  const value = parseJson(text);
  if (
    typeof value === 'object' &&
    value !== null &&
    'end' in value &&
    Number.isSafeInteger(value.end) &&
    'isLoaded' in value &&
    typeof value.isLoaded === 'boolean'
  ) {
    return { end: epochMs(Number(value.end)), isLoaded: value.isLoaded };
  }
  throw new StandaloneError(
    'TT_STANDALONE_FOLDER',
    `${path}: found no JSON object with "end" and "isLoaded"; expected the file as this program wrote it: remove the data folder to start anew`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
