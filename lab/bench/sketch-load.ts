import type { ContainerUsage, UsageWindow } from '@trimtab/history';
import { WINDOW_MS, WINDOWS_PER_HOUR } from '@trimtab/history';
import { Sketch } from '@trimtab/sketch';
import { bytes, epochMs, HOUR_MS, millicores } from '@trimtab/units';

const SAMPLES_PER_WINDOW = 20;
const PAGE_BYTES = 4_096;
const MEBIBYTE = 2 ** 20;
const MINUTES_PER_DAY = 1_440;

/** Numbers from 0 to below 1, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** CPU and memory of one container at one moment. */
interface Sample {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/**
 * One web-like container, a sample every 15 s: CPU follows the time of day, with slow drift that lasts
 * minutes, noise of a third around it and a burst now and then; memory creeps up, is given back by the
 * garbage collector, and is counted in whole pages. CPU has a double's full mantissa, as a rate has.
 */
export function containerSamples(seed: number): (minute: number) => Sample {
  const random = seededRandom(seed);
  const noise = normal(random);
  const baseCores = 0.05 * 2 ** (4 * random());
  const baseBytes = 64 * MEBIBYTE * 2 ** (4 * random());
  let drift = 0;
  let heap = 0.2;
  return (minute) => {
    drift = 0.98 * drift + 0.04 * noise();
    heap = heap > 0.3 || random() < 0.002 ? 0.1 + 0.05 * random() : heap + 0.0004 * random();
    const daily = 1 + 0.5 * Math.sin((2 * Math.PI * minute) / MINUTES_PER_DAY);
    const burst = random() < 0.01 ? 1 + 3 * random() : 1;
    const memory = baseBytes * (0.8 + heap + 0.01 * noise());
    return {
      cpuCores: baseCores * daily * burst * Math.exp(drift + 0.3 * noise()),
      memoryBytes: Math.max(1, Math.round(memory / PAGE_BYTES)) * PAGE_BYTES,
    };
  };
}

/** One hour of 5-minute windows of a container, 240 samples. */
export function hourOfWindows(sample: (minute: number) => Sample, hour: number): UsageWindow[] {
  return Array.from({ length: WINDOWS_PER_HOUR }, (_, index) => {
    const cpu = new Sketch();
    const memory = new Sketch();
    for (let at = 0; at < SAMPLES_PER_WINDOW; at += 1) {
      const { cpuCores, memoryBytes } = sample(hour * 60 + index * 5 + at / 4);
      cpu.add(cpuCores);
      memory.add(memoryBytes);
    }
    const start = epochMs(hour * HOUR_MS + index * WINDOW_MS);
    return { start, fromSecond: 0, toSecond: 300, cpu, memory };
  });
}

/** One window of each container of a node, as its agent seals it: three containers a workload. */
export function nodeUsage(containers: number, hour: number): ContainerUsage[] {
  const random = seededRandom(containers);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return Array.from({ length: containers }, (_, at) => {
    const ownerName = `service-${Math.floor(at / 3)}-6c9f8b7d5c`;
    return {
      key: {
        namespace: `team-${at % 7}`,
        ownerKind: 'ReplicaSet',
        ownerName,
        podName: `${ownerName}-x${hex(4)}`,
        podUid: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
        container: 'main',
      },
      labels: { 'app.kubernetes.io/name': `service-${Math.floor(at / 3)}` },
      sizes: {
        cpuRequest: millicores(250),
        memoryRequest: bytes(256 * MEBIBYTE),
        memoryLimit: bytes(512 * MEBIBYTE),
      },
      windows: hourOfWindows(containerSamples(at), hour).slice(0, 1),
    };
  });
}
