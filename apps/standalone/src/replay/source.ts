import type { ContainerReading, Reading, Source } from '@trimtab/agent';
import type { SampleSeries } from '@trimtab/traces';
import { durationMs, type EpochMs, epochMs, SECOND_MS } from '@trimtab/units';
import { SeriesCursor } from './cursor.ts';

/** What is replayed and where it lies on the calendar. */
export interface ReplayOptions {
  /** Series of one set: they share one step. At least one. */
  readonly samples: readonly SampleSeries[];
  /** UTC midnight at which the last recorded day ends. */
  readonly end: EpochMs;
  /** Nothing read before this moment is yielded; a later start than the first sample resumes a replay. */
  readonly from?: EpochMs;
}

/**
 * A source that plays recorded usage as fast as it is taken, one reading a step with every container that
 * has a sample there. The same options give the same readings.
 */
export function replaySource(options: ReplayOptions): Source {
  return {
    kind: 'replay',
    read: (signal) => play(options, signal),
  };
}

async function* play(options: ReplayOptions, signal: AbortSignal): AsyncGenerator<Reading> {
  const { samples, end, from } = options;
  const cursors = samples.map((sample) => new SeriesCursor(sample, end));
  if (from !== undefined) for (const cursor of cursors) cursor.skipTo(from);
  const stepSeconds = samples[0]?.series.stepSeconds ?? 0;
  const intervalMs = durationMs(stepSeconds * SECOND_MS);
  for (let at = earliest(cursors); at !== undefined; at = earliest(cursors)) {
    if (signal.aborted) return;
    const containers: ContainerReading[] = [];
    for (const cursor of cursors) {
      if (cursor.nextAt === at) containers.push(cursor.take());
    }
    yield { at: epochMs(at), intervalMs, containers };
  }
}

function earliest(cursors: readonly SeriesCursor[]): number | undefined {
  let first: number | undefined;
  for (const { nextAt } of cursors) {
    if (nextAt !== undefined && (first === undefined || nextAt < first)) first = nextAt;
  }
  return first;
}
