import process from 'node:process';
import { readTraceFile } from '@trimtab/traces';
import { replay } from '../replay.ts';
import type { ReplayedSet } from '../replayed-set.ts';
import type { Job, JobResult } from './job.ts';
import { judgeOnPeaks } from './judge-on-peaks.ts';

const MICROSECONDS_PER_MS = 1000;
const DAY_SECONDS = 86_400;

/** Reads a set and replays one part of it. Throws TraceError for a file that breaks its rules. */
export async function runJob(
  job: Job,
  onProgress: (done: number, total: number) => void,
): Promise<JobResult> {
  const started = performance.now();
  const series = await readTraceFile(job.path);
  const peaks = job.peakPath === undefined ? undefined : await readTraceFile(job.peakPath);
  const readMs = performance.now() - started;
  const cpu = process.threadCpuUsage();
  let heapBytes = 0;
  onProgress(0, series.length);
  const seen = replay(job.part, series, (done, total) => {
    const { heapUsed, external } = process.memoryUsage();
    heapBytes = Math.max(heapBytes, heapUsed + external);
    onProgress(done, total);
  });
  const replayed: ReplayedSet = peaks === undefined ? seen : judgeOnPeaks(seen, series, peaks);
  const { user, system } = process.threadCpuUsage(cpu);
  return {
    job,
    replayed,
    days: series.reduce((sum, one) => sum + daysIn(one.t), 0),
    cost: { readMs, replayCpuMs: (user + system) / MICROSECONDS_PER_MS, heapBytes },
  };
}

/** Days in which there is a sample; times rise. */
function daysIn(times: Int32Array): number {
  let days = 0;
  let last = -1;
  for (const second of times) {
    const day = Math.floor(second / DAY_SECONDS);
    if (day !== last) days += 1;
    last = day;
  }
  return days;
}
