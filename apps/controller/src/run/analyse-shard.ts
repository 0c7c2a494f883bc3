import { analyse } from '@trimtab/analysis';
import {
  type DatedDay,
  type DaySum,
  decodeDaySum,
  decodeHour,
  HOURS_PER_DAY,
  type HourContent,
  sumDay,
} from '@trimtab/history';
import { epochDay } from '@trimtab/units';
import type { Evidence } from '@trimtab/wire/rest';
import { changeKey } from './change-key.ts';
import { corruptEvidence, evidenceOf } from './evidence.ts';
import { INDEX_STRIDE, KIND, type ShardTask, type TaskContainer } from './shard-task.ts';

/** A container's result as it is written; null where a value is withheld or not advised. */
export interface ContainerResult {
  readonly wcId: number;
  readonly tenantId: number;
  readonly preset: string;
  /** Millicores. */
  readonly cpuRequestM: number | null;
  /** Bytes. */
  readonly memoryRequest: number | null;
  readonly memoryLimit: number | null;
  /** Models of CPU and memory, `-` where withheld. */
  readonly model: string;
  /** JSON of `Evidence`. */
  readonly evidence: string;
  readonly changeKey: string;
  readonly isCorrupt: boolean;
}

/**
 * Analyses every container of a task; pure. A container whose history cannot be read, or on which the analysis fails,
 * is withheld as `corrupt-history` with the reason; the others are not touched by it.
 */
export function analyseShard(task: ShardTask): ContainerResult[] {
  const entries = entriesByContainer(task);
  return task.containers.map((container, place) =>
    analyseContainer(task, container, entries.get(place) ?? []),
  );
}

interface Entry {
  readonly kind: number;
  readonly at: number;
  readonly content: Uint8Array;
}

function entriesByContainer({ index, contents }: ShardTask): Map<number, Entry[]> {
  const entries = new Map<number, Entry[]>();
  for (let row = 0; row < index.length; row += INDEX_STRIDE) {
    const [place = 0, kind = 0, at = 0, offset = 0, length = 0] = index.subarray(
      row,
      row + INDEX_STRIDE,
    );
    const entry = { kind, at, content: contents.subarray(offset, offset + length) };
    const known = entries.get(place);
    if (known === undefined) entries.set(place, [entry]);
    else known.push(entry);
  }
  return entries;
}

function analyseContainer(
  task: ShardTask,
  container: TaskContainer,
  entries: readonly Entry[],
): ContainerResult {
  const { plan, asOfDay } = task;
  const { sizes } = container;
  try {
    const input = { days: daysOf(entries), sizes, asOfDay: epochDay(asOfDay) };
    const evidence = evidenceOf(analyse(input, plan), sizes, asOfDay);
    return resultOf(container, plan.preset, evidence, false);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const daysSeen = new Set(entries.map(dayOfEntry)).size;
    const evidence = corruptEvidence({ reason, daysSeen }, sizes, asOfDay);
    return resultOf(container, plan.preset, evidence, true);
  }
}

/** Sums of closed days as they are, open days summed from their hours; in order. */
function daysOf(entries: readonly Entry[]): DatedDay[] {
  const sums = new Map<number, DaySum>();
  const hoursOfDay = new Map<number, (HourContent | undefined)[]>();
  for (const entry of entries) {
    const day = dayOfEntry(entry);
    if (entry.kind === KIND.daySum) {
      sums.set(day, decodeDaySum(entry.content));
      continue;
    }
    const hours = hoursOfDay.get(day) ?? new Array<HourContent | undefined>(HOURS_PER_DAY);
    hours[entry.at % HOURS_PER_DAY] = decodeHour(entry.content).content;
    hoursOfDay.set(day, hours);
  }
  for (const [day, hours] of hoursOfDay) sums.set(day, sumDay(Array.from(hours)));
  return [...sums.entries()]
    .sort(([a], [b]) => a - b)
    .map(([day, sum]) => ({ day: epochDay(day), sum }));
}

function dayOfEntry({ kind, at }: Entry): number {
  return kind === KIND.daySum ? at : Math.floor(at / HOURS_PER_DAY);
}

function resultOf(
  { wcId, tenantId }: TaskContainer,
  preset: string,
  evidence: Evidence,
  isCorrupt: boolean,
): ContainerResult {
  const { cpu, memory } = evidence;
  const models = [cpu, memory].map((verdict) =>
    verdict.kind === 'recommended' ? verdict.model : '-',
  );
  return {
    wcId,
    tenantId,
    preset,
    cpuRequestM: cpu.kind === 'recommended' ? cpu.request : null,
    memoryRequest: memory.kind === 'recommended' ? memory.request : null,
    memoryLimit: memory.kind === 'recommended' ? (memory.limit ?? null) : null,
    model: models.join('/'),
    evidence: JSON.stringify(evidence),
    changeKey: changeKey(preset, evidence),
    isCorrupt,
  };
}
