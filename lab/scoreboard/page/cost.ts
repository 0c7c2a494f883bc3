import type { JobCost } from '../run/index.ts';
import { count, fixed, table } from './format.ts';

/** What the run took as a whole. */
export interface RunCost {
  readonly wallMs: number;
  readonly threads: number;
  /** Highest resident memory of the process with all its threads. */
  readonly peakResidentBytes: number;
  /** Processor and Node version, in words. */
  readonly machine: string;
  readonly sets: readonly SetCost[];
}

/** What one set took; both parts replay the same container-days. */
export interface SetCost {
  readonly set: string;
  /** Container-days of the recording, scored or not. */
  readonly days: number;
  readonly own: JobCost;
  readonly peers: JobCost;
}

const MEBIBYTE = 2 ** 20;
const MS_PER_SECOND = 1000;

/** Run time and memory as Markdown without its heading. */
export function costSection(cost: RunCost): string {
  const rows = cost.sets.map(({ set, days, own, peers }) => [
    set,
    count(days),
    fixed(own.readMs / MS_PER_SECOND, 1),
    fixed(own.replayCpuMs / MS_PER_SECOND, 1),
    fixed(own.replayCpuMs / days, 2),
    fixed(peers.replayCpuMs / MS_PER_SECOND, 1),
    fixed(peers.replayCpuMs / days, 2),
    fixed(Math.max(own.heapBytes, peers.heapBytes) / MEBIBYTE, 0),
  ]);
  const columns = [
    'set',
    '>container-days',
    '>reading, s',
    '>ours, s',
    '>ms a container-day',
    '>peers, s',
    '>ms a container-day',
    '>thread heap, MiB',
  ];
  return [
    `The whole run took ${fixed(cost.wallMs / MS_PER_SECOND, 0)} s on ${cost.threads} threads and at most ${count(Math.round(cost.peakResidentBytes / MEBIBYTE))} MiB of resident memory (${cost.machine}).`,
    'Seconds of ours and of the peers are processor time: three presets, and all tuned members of four families.',
    table(columns, rows),
  ].join('\n\n');
}
