import process from 'node:process';
import {
  decodeBlock,
  encodeBlock,
  encodeDaySum,
  encodeHour,
  encodeQuarter,
  type HourContent,
  hourOfPods,
  sumDay,
} from '@trimtab/history';
import { encodedSize, encodeSketch, mergeEncoded, Sketch } from '@trimtab/sketch';
import { epochHour } from '@trimtab/units';
import { atLeast, atMost, type Figure } from './figure.ts';
import { containerSamples, hourOfWindows, nodeUsage, normal, seededRandom } from './sketch-load.ts';

const CONTAINERS = 40;
const REPLICAS = 20;
const REPLICA_DAYS = 3;
const DAY = 20_000;
const HOURS_PER_DAY = 24;
const NODE_CONTAINERS = 110;
/** Things a second of one core. */
const RATE = '1/core-s';
/** Each rate is the best of this many rounds: the others measure the neighbours on the machine. */
const ROUNDS = 20;
const ROUND_SECONDS = 0.06;

/** Speed and size of sketches and of usage at rest, with fixed seeds; about ten seconds. */
export async function run(report: (line: Figure) => void): Promise<void> {
  report(insertRate());
  const days = Array.from({ length: CONTAINERS }, (_, seed) => dayOf(seed + 1));
  const hours = days.flat();
  report(mergeRate(hours));
  const size = (measure: (hour: HourContent) => number): number => mean(hours.map(measure));
  report(atMost('CPU sketch, container-hour of 240 samples', size(cpuBytes), 'B', 162));
  report(atMost('memory sketch, container-hour of 240 samples', size(memoryBytes), 'B', 23));
  report(
    atMost(
      'hour content, one replica',
      size((hour) => encodeHour(hour).length),
      'B',
      250,
    ),
  );
  report(atMost('day block, six hours', mean(days.map(quarterBytes)), 'B', 1_500));
  const sums = days.map((day) => encodeDaySum(sumDay(day)).length);
  report(atMost('day sum, one replica', mean(sums), 'B', 560));
  reportReplicas(report);
  reportBlocks(report);
}

/** What the spread of several replicas adds to the bytes of their pool. */
function reportReplicas(report: (line: Figure) => void): void {
  const days = Array.from({ length: REPLICA_DAYS }, (_, seed) => dayOfReplicas(seed + 1));
  const bare = days.map((day) => day.map(({ spread: _, ...hour }) => hour));
  const added = (measure: (day: readonly HourContent[]) => number): number =>
    mean(days.map((day, at) => measure(day) - measure(bare[at] ?? [])));
  const shape = `added by the spread of ${REPLICAS} replicas`;
  const hourBytes = (day: readonly HourContent[]): number =>
    mean(day.map((hour) => encodeHour(hour).length));
  const sumBytes = (day: readonly HourContent[]): number => encodeDaySum(sumDay(day)).length;
  report(atMost(`hour content, ${shape}`, added(hourBytes), 'B', 100));
  report(atMost(`day block, ${shape}`, added(quarterBytes), 'B', 600));
  report(atMost(`day sum, ${shape}`, added(sumBytes), 'B', 110));
}

function insertRate(): Figure {
  const noise = normal(seededRandom(1));
  const values = Float64Array.from({ length: 65_536 }, () => 0.3 * Math.exp(0.35 * noise()));
  const sketch = new Sketch();
  const rate = bestRate(values.length, () => {
    for (const value of values) sketch.add(value);
  });
  return atLeast('insert, log-normal CPU', rate, RATE, 20e6);
}

function mergeRate(hours: readonly HourContent[]): Figure {
  const encoded = hours.flatMap((hour) => (hour.cpu === undefined ? [] : [encodeSketch(hour.cpu)]));
  const rate = bestRate(encoded.length, () => {
    const pool = new Sketch();
    for (const bytes of encoded) mergeEncoded(pool, bytes);
  });
  return atLeast('decode and merge, CPU hours of 240 samples', rate, RATE, 1.2e6);
}

function reportBlocks(report: (line: Figure) => void): void {
  const hour = epochHour(DAY * HOURS_PER_DAY);
  const containers = nodeUsage(NODE_CONTAINERS, hour);
  const block = encodeBlock({ hour, containers });
  const decodes = bestRate(containers.length, () => {
    decodeBlock(block);
  });
  const encodes = bestRate(containers.length, () => {
    encodeBlock({ hour, containers });
  });
  const shape = `block of ${NODE_CONTAINERS} containers x 1 window`;
  report(atLeast(`${shape}: windows decoded`, decodes, RATE, 300_000));
  report(atLeast(`${shape}: windows encoded`, encodes, RATE, 100_000));
  report(atMost(`${shape}: size`, block.length, 'B', 15_000));
}

function dayOf(seed: number): HourContent[] {
  const sample = containerSamples(seed);
  return Array.from({ length: HOURS_PER_DAY }, (_, hour) =>
    hourOfPods([{ podUid: 'pod', windows: hourOfWindows(sample, DAY * HOURS_PER_DAY + hour) }]),
  );
}

function dayOfReplicas(seed: number): HourContent[] {
  const samples = Array.from({ length: REPLICAS }, (_, at) => containerSamples(seed * 100 + at));
  return Array.from({ length: HOURS_PER_DAY }, (_, hour) =>
    hourOfPods(
      samples.map((sample, at) => ({
        podUid: `pod-${at}`,
        windows: hourOfWindows(sample, DAY * HOURS_PER_DAY + hour),
      })),
    ),
  );
}

function cpuBytes(hour: HourContent): number {
  return hour.cpu === undefined ? 0 : encodedSize(hour.cpu);
}

function memoryBytes(hour: HourContent): number {
  return hour.memory === undefined ? 0 : encodedSize(hour.memory);
}

function quarterBytes(day: readonly HourContent[]): number {
  return mean([0, 6, 12, 18].map((first) => encodeQuarter(day.slice(first, first + 6)).length));
}

/**
 * Things a second of processor time, in the best of some rounds; `once` handles `things` of them.
 * Processor time, because the machine is shared: waiting for a core says nothing about the code.
 */
function bestRate(things: number, once: () => void): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.cpuUsage();
    let done = 0;
    let seconds = 0;
    while (seconds < ROUND_SECONDS) {
      once();
      done += things;
      const { user, system } = process.cpuUsage(start);
      seconds = (user + system) / 1e6;
    }
    best = Math.max(best, done / seconds);
  }
  return Math.round(best);
}

function mean(values: readonly number[]): number {
  const exact = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.round(exact * 10) / 10;
}
