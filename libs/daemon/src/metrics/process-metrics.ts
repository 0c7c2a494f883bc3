import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import type { Metrics } from './metrics.ts';

/** How often the event loop's delay is sampled, in milliseconds. */
const LOOP_RESOLUTION_MS = 20;
const MICROSECONDS_PER_SECOND = 1e6;
const NANOSECONDS_PER_SECOND = 1e9;

/**
 * Adds what every process says about itself, under the names Prometheus users know: CPU seconds,
 * resident memory, heap, start time and the longest stall of the event loop since the last scrape.
 * Returns what ends the sampling of the event loop.
 */
export function addProcessMetrics(metrics: Metrics): () => void {
  const cpu = metrics.counter(
    'process_cpu_seconds_total',
    'User and system CPU time spent, in seconds.',
  );
  const resident = metrics.gauge('process_resident_memory_bytes', 'Resident memory, in bytes.');
  const heap = metrics.gauge(
    'nodejs_heap_used_bytes',
    'Heap in use by JavaScript objects, in bytes.',
  );
  const stall = metrics.gauge(
    'nodejs_event_loop_longest_stall_seconds',
    'Longest delay of the event loop since the last scrape, in seconds.',
  );
  const start = metrics.gauge(
    'process_start_time_seconds',
    'Start of the process, in seconds since 1970 UTC.',
  );
  start.set(Math.round(performance.timeOrigin) / 1000);
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loopDelay.enable();
  let countedSeconds = 0;
  metrics.onCollect(() => {
    const usage = process.cpuUsage();
    const usedSeconds = (usage.user + usage.system) / MICROSECONDS_PER_SECOND;
    cpu.add(Math.max(0, usedSeconds - countedSeconds));
    countedSeconds = usedSeconds;
    resident.set(process.memoryUsage.rss());
    heap.set(process.memoryUsage().heapUsed);
    stall.set(loopDelay.max / NANOSECONDS_PER_SECOND);
    loopDelay.reset();
  });
  return () => void loopDelay.disable();
}
