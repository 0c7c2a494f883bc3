import type { ContainerKey, ContainerUsage, UsageWindow } from '@trimtab/history';
import type { Sketch } from '@trimtab/sketch';
import { bytes, millicores } from '@trimtab/units';
import type { ContainerReading, Reading } from '../src/collect/index.ts';
import type { ClosedWindow } from '../src/fold/index.ts';

/** 2026-03-01T10:00Z: an hour's, and so a window's, start. */
export const T0 = Date.UTC(2026, 2, 1, 10);

/** Names a container by a short text. */
export function keyOf(name: string): ContainerKey {
  return {
    namespace: 'shop',
    ownerKind: 'ReplicaSet',
    ownerName: `${name}-7d9f`,
    podName: `${name}-7d9f-x`,
    podUid: `uid-${name}`,
    container: 'app',
  };
}

/** What a test wants a container to say, in plain numbers. */
export interface Said {
  readonly sampledAt?: number;
  readonly startedAt?: number;
  readonly cpuSeconds?: number;
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
  readonly throttledSeconds?: number;
  readonly oomKills?: number;
  readonly oomLimit?: number;
  readonly restarts?: number;
}

/** A container's reading; numbers are taken as they are, sound or not. */
export function say(name: string, said: Said): ContainerReading {
  return {
    key: keyOf(name),
    labels: { app: name },
    sizes: { cpuRequest: millicores(500), memoryLimit: bytes(1_000) },
    ...(said as Partial<ContainerReading>),
  };
}

/** One moment, seconds after T0. */
export function readingAt(seconds: number, containers: Readonly<Record<string, Said>>): Reading {
  return {
    at: (T0 + seconds * 1_000) as Reading['at'],
    containers: Object.entries(containers).map(([name, said]) => say(name, said)),
  };
}

/** A window in numbers a test can compare. */
export interface Told {
  readonly name: string;
  /** Seconds after T0. */
  readonly start: number;
  readonly cover: readonly [number, number];
  readonly cpu?: readonly number[];
  readonly startupCpu?: readonly number[];
  readonly memory?: readonly number[];
  readonly throttledSeconds?: number;
  readonly oomKills?: number;
  readonly oomLimit?: number;
  readonly restarts?: number;
}

/** Flattens closed windows, sorted by container and time. */
export function tell(closed: Iterable<ClosedWindow>): Told[] {
  const told: Told[] = [];
  for (const { containers } of closed) {
    for (const usage of containers) told.push(...usage.windows.map((it) => tellWindow(usage, it)));
  }
  return told.sort(
    (a, b) => a.name.localeCompare(b.name) || a.start - b.start || a.cover[0] - b.cover[0],
  );
}

function tellWindow({ key }: ContainerUsage, window: UsageWindow): Told {
  const { cpu, fromSecond, memory, start, startupCpu, toSecond } = window;
  return {
    name: key.podUid.replace('uid-', ''),
    start: (start - T0) / 1_000,
    cover: [fromSecond, toSecond],
    ...(cpu && { cpu: tellSketch(cpu) }),
    ...(startupCpu && { startupCpu: tellSketch(startupCpu) }),
    ...(memory && { memory: tellSketch(memory) }),
    ...(window.throttledSeconds !== undefined && { throttledSeconds: window.throttledSeconds }),
    ...(window.oomKills !== undefined && { oomKills: window.oomKills }),
    ...(window.oomLimit !== undefined && { oomLimit: window.oomLimit }),
    ...(window.restarts !== undefined && { restarts: window.restarts }),
  };
}

/** Count, minimum, maximum, mean and all buckets. */
function tellSketch(sketch: Sketch): readonly number[] {
  const { bucketCounts, count, max, min, offset } = sketch;
  const mean = Math.round((sketch.mean() ?? 0) * 1e6) / 1e6;
  return [count, min ?? Number.NaN, max ?? Number.NaN, mean, offset, ...bucketCounts];
}
