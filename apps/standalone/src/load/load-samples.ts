import type { AgentProgress } from '@trimtab/agent';
import { SAMPLE_SETS, type SampleSeries, SYNTHETIC_SET, sampleFleet } from '@trimtab/traces';
import { StandaloneError } from '../errors.ts';
import { hoursOf, loadSet, type SetDestination } from './load-set.ts';

/** Names of the sample sets; each becomes a cluster of its own. */
export const SETS: readonly string[] = [...SAMPLE_SETS.map((set) => set.name), SYNTHETIC_SET];

/** What was delivered. */
export interface Loaded {
  readonly series: number;
  readonly batches: number;
}

/**
 * Sends the whole sample fleet, every set by an agent of its own, all side by side. `destination` tells
 * where a set goes. Throws TT_STANDALONE_LOAD where a batch was refused or dropped: nothing is left out silently.
 */
export async function loadSamples(
  destination: (set: string) => SetDestination,
  onProgress: (done: number, total: number) => void,
): Promise<Loaded> {
  const samples = await readSamples();
  const total = SETS.reduce((sum, set) => sum + hoursOf(samples.get(set) ?? []), 0);
  const progress = new Map<string, AgentProgress>();
  const report = () => onProgress(sumOf(progress, settled), total);
  await Promise.all(
    SETS.map(async (set) => {
      const note = (now: AgentProgress) => {
        progress.set(set, now);
        report();
      };
      note(await loadSet(samples.get(set) ?? [], destination(set), note));
    }),
  );
  checkComplete(progress);
  const series = [...samples.values()].reduce((sum, list) => sum + list.length, 0);
  return { series, batches: sumOf(progress, (p) => p.acked) };
}

async function readSamples(): Promise<Map<string, SampleSeries[]>> {
  const samples = new Map<string, SampleSeries[]>();
  for await (const sample of sampleFleet()) {
    const list = samples.get(sample.set);
    if (list === undefined) samples.set(sample.set, [sample]);
    else list.push(sample);
  }
  return samples;
}

function settled(progress: AgentProgress): number {
  return progress.acked + progress.refused + progress.dropped;
}

function sumOf(
  progress: ReadonlyMap<string, AgentProgress>,
  of: (progress: AgentProgress) => number,
): number {
  return [...progress.values()].reduce((sum, now) => sum + of(now), 0);
}

function checkComplete(progress: ReadonlyMap<string, AgentProgress>): void {
  const short = [...progress]
    .filter(([, { refused, dropped, left }]) => refused + dropped + left > 0)
    .map(
      ([set, { refused, dropped, left }]) =>
        `${set}: ${refused} batches refused, ${dropped} dropped, ${left} unanswered`,
    );
  if (short.length === 0) return;
  throw new StandaloneError(
    'TT_STANDALONE_LOAD',
    `recorded usage arrived incompletely (${short.join('; ')}); expected every batch to be taken: the log above says why, a new start goes on with what is unanswered`,
  );
}
