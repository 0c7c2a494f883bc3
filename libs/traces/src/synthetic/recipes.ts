/**
 * The eight behaviours of the synthetic fleet. Each is one that a rule of thumb gets wrong: a mean
 * starves the weekly peak, a maximum pays for the start-up burst for ever, a sum hides the hot replica.
 */
import { bytes, cores } from '@trimtab/units';
import type { Demand, Moment, Recipe } from './recipe.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const WEEK = 7 * DAY;
const MEBIBYTE = 1024 * 1024;

/** The workloads in the order in which they are handed out. */
export const RECIPES: readonly Recipe[] = [
  {
    label: 'weekly-peak',
    name: 'report-builder',
    replicas: 1,
    allocation: sizes({ cpuRequest: 2, cpuLimit: 4, memoryMebibytes: 4096 }),
    restartsAt: [],
    demand: weeklyPeakDemand,
  },
  {
    label: 'leak',
    name: 'session-cache',
    replicas: 1,
    allocation: sizes({ cpuRequest: 0.5, cpuLimit: 1, memoryMebibytes: 1024 }),
    restartsAt: [],
    demand: leakDemand,
  },
  {
    label: 'oom',
    name: 'image-resizer',
    replicas: 1,
    allocation: sizes({ cpuRequest: 0.25, cpuLimit: 1, memoryMebibytes: 512 }),
    restartsAt: [],
    demand: oomDemand,
  },
  {
    label: 'start-up',
    name: 'catalog-api',
    replicas: 1,
    allocation: sizes({ cpuRequest: 2, cpuLimit: 2, memoryMebibytes: 1536 }),
    restartsAt: [
      1 * DAY + 9 * HOUR,
      4 * DAY + 14 * HOUR,
      8 * DAY + 10 * HOUR,
      12 * DAY + 11 * HOUR,
    ],
    demand: startUpDemand,
  },
  {
    label: 'idle',
    name: 'legacy-admin',
    replicas: 1,
    allocation: sizes({ cpuRequest: 1, cpuLimit: 2, memoryMebibytes: 1024 }),
    restartsAt: [],
    demand: idleDemand,
  },
  {
    label: 'throttled',
    name: 'pdf-renderer',
    replicas: 1,
    allocation: sizes({ cpuRequest: 0.25, cpuLimit: 0.5, memoryMebibytes: 512 }),
    restartsAt: [],
    demand: throttledDemand,
  },
  {
    label: 'daily-cycle',
    name: 'web-frontend',
    replicas: 3,
    allocation: sizes({ cpuRequest: 1, memoryMebibytes: 1024 }),
    restartsAt: [],
    demand: dailyCycleDemand,
  },
  {
    label: 'hot-replica',
    name: 'queue-worker',
    replicas: 3,
    allocation: sizes({ cpuRequest: 0.5, memoryMebibytes: 512 }),
    restartsAt: [],
    demand: hotReplicaDemand,
  },
];

/** Two jobs a fortnight: on the third day of each week CPU and memory rise for four hours. */
function weeklyPeakDemand({ t, random }: Moment): Demand {
  const intoPeak = (t % WEEK) - (2 * DAY + 2 * HOUR);
  const height = plateau(intoPeak, 4 * HOUR, 20 * MINUTE);
  return {
    cpuCores: (0.15 + 1.45 * height) * spread(random, 0.15),
    memoryBytes: (700 + 1900 * height) * MEBIBYTE * spread(random, 0.01),
  };
}

/** Grows from 260 MiB by 7 MiB an hour and dies at its limit about every four and a half days. */
function leakDemand({ t, uptime, random }: Moment): Demand {
  return {
    cpuCores: (0.08 + 0.06 * dayShape(t)) * spread(random, 0.2),
    memoryBytes: (260 + (7 * uptime) / HOUR) * MEBIBYTE + 2 * MEBIBYTE * random.uniform(),
  };
}

/** Two large pictures a fortnight need more than the limit allows; the kill also ends the attempt. */
function oomDemand({ t, uptime, random }: Moment): Demand {
  const intoFirst = t - (5 * DAY + 14 * HOUR);
  const intoSecond = t - (11 * DAY + 9 * HOUR);
  const intoLarge = intoFirst < DAY ? intoFirst : intoSecond;
  const isLarge = intoLarge >= 0 && intoLarge < 4 * MINUTE && uptime > intoLarge;
  const growth = isLarge ? (450 * (intoLarge + MINUTE)) / (4 * MINUTE) : 0;
  return {
    cpuCores: (isLarge ? 0.7 : 0.12) * spread(random, 0.3),
    memoryBytes: (180 + growth) * MEBIBYTE * spread(random, 0.03),
  };
}

/** Ten busy minutes after each start, quiet ever after. */
function startUpDemand({ uptime, random }: Moment): Demand {
  const isStarting = uptime < 10 * MINUTE;
  const warm = Math.min(1, uptime / (10 * MINUTE));
  return {
    cpuCores: isStarting ? 1.5 * spread(random, 0.04) : 0.1 * spread(random, 0.2),
    memoryBytes: (300 + 420 * warm) * MEBIBYTE * spread(random, 0.01),
  };
}

/** Nobody has asked it anything for a long time. */
function idleDemand({ random }: Moment): Demand {
  return {
    cpuCores: 0.002 * spread(random, 0.2),
    memoryBytes: 48 * MEBIBYTE * spread(random, 0.005),
  };
}

/** In working hours one minute in four wants up to three times the limit. */
function throttledDemand({ t, random }: Moment): Demand {
  const isBurst = random.uniform() < 0.25 * dayShape(t);
  const burstCores = 0.6 + 0.9 * random.uniform();
  return {
    cpuCores: (isBurst ? burstCores : 0.15) * spread(random, 0.15),
    memoryBytes: (isBurst ? 340 : 300) * MEBIBYTE * spread(random, 0.02),
  };
}

/** Follows its visitors: high by day, low by night, half at the weekend. */
function dailyCycleDemand({ t, random }: Moment): Demand {
  const isWeekend = t % WEEK >= 5 * DAY;
  const visitors = dayShape(t) * (isWeekend ? 0.5 : 1);
  return {
    cpuCores: (0.05 + 0.4 * visitors) * spread(random, 0.12),
    memoryBytes: (380 + 60 * visitors) * MEBIBYTE * spread(random, 0.01),
  };
}

/** The first replica holds the busiest partition and works four times as hard as the others. */
function hotReplicaDemand({ t, replica, random }: Moment): Demand {
  const load = 0.5 + 0.5 * dayShape(t);
  return {
    cpuCores: (replica === 0 ? 0.4 : 0.1) * load * spread(random, 0.15),
    memoryBytes: (replica === 0 ? 260 : 140) * MEBIBYTE * spread(random, 0.02),
  };
}

/** 0 at 3 o'clock, 1 at 15 o'clock, smooth between. */
function dayShape(t: number): number {
  return (1 - Math.cos((2 * Math.PI * (t - 3 * HOUR)) / DAY)) / 2;
}

/** 1 for `length` seconds, rising and falling over `ramp` seconds inside them; 0 elsewhere. */
function plateau(into: number, length: number, ramp: number): number {
  const edge = Math.min(into, length - into);
  return Math.min(1, Math.max(0, edge / ramp));
}

/** A factor around 1 that is never negative: the exponential of normal noise. */
function spread(random: Moment['random'], deviation: number): number {
  return Math.exp(deviation * random.normal());
}

/** Memory request and limit are equal here; without a CPU limit there is none. */
function sizes(input: {
  readonly cpuRequest: number;
  readonly cpuLimit?: number;
  readonly memoryMebibytes: number;
}): Recipe['allocation'] {
  const memory = bytes(input.memoryMebibytes * MEBIBYTE);
  return {
    cpuRequest: cores(input.cpuRequest),
    ...(input.cpuLimit === undefined ? {} : { cpuLimit: cores(input.cpuLimit) }),
    memoryRequest: memory,
    memoryLimit: memory,
  };
}
