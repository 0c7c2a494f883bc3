/**
 * Prints history-v1.json anew: `node libs/history/testdata/make.ts`. The file is what version 1 has always
 * been; a difference after a run is a break of a format, and needs a version 2 beside it.
 */
import { Sketch } from '@trimtab/sketch';
import { bytes, epochHour, epochMs, millicores } from '@trimtab/units';
import {
  type ContainerUsage,
  decodeBlock,
  decodeDaySum,
  decodeHour,
  decodeQuarter,
  encodeBlock,
  encodeDaySum,
  encodeHour,
  encodeQuarter,
  hourOfPods,
  sumDay,
  type UsageWindow,
} from '../src/index.ts';

const hour = epochHour(480_000);

function windowAt(of: number, index: number): UsageWindow {
  const spread = [0.11, 0.14, 0.2, 0.23, 0.9].map((value) => value * (1 + index / 7 + of / 50));
  return {
    start: epochMs(of * 3_600_000 + index * 300_000),
    fromSecond: index === 3 ? 30 : 0,
    toSecond: 300,
    cpu: Sketch.of(spread),
    memory: Sketch.of(spread.map((value) => Math.round(value * 10_000) * 4_096)),
    ...(index === 0 ? { startupCpu: Sketch.of([1.5, 1.75]) } : {}),
    ...(index === 5 ? { throttledSeconds: 12.5, oomKills: 2, oomLimit: bytes(268_435_456), restarts: 3 } : {}),
  };
}

function containerAt(of: number): ContainerUsage {
  return {
    key: {
      namespace: 'shop',
      ownerKind: 'ReplicaSet',
      ownerName: 'web-6c9f8b7d5c',
      podName: `web-6c9f8b7d5c-x${of}kp2`,
      podUid: `b4f5c6d7-0000-4000-a000-00000000000${of}`,
      container: 'main',
    },
    labels: { 'app.kubernetes.io/name': 'wéb', tier: '' },
    sizes: of === 0 ? {} : { cpuRequest: millicores(250), cpuLimit: millicores(0.5), memoryLimit: bytes(268_435_456) },
    windows: [0, 3, 5].map((index) => windowAt(hour, index)),
  };
}

function hourAt(of: number): ReturnType<typeof hourOfPods> {
  // Window 5 alone counts kills and restarts: every fourth hour is one of which nobody did.
  const indexes = of % 4 === 3 ? [0, 1, 3, 11] : [0, 1, 3, 5, 11];
  const windows = indexes.map((index) => windowAt(hour + of, index));
  return hourOfPods([
    { podUid: 'a', windows },
    { podUid: 'b', windows: windows.slice(1, 2 + (of % 3)) },
  ]);
}

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each) => {
      if (!(each instanceof Sketch)) return each;
      const { scale, count, sum, min, max, zeroCount, offset, bucketCounts } = each;
      return { scale, count, sum, min, max, zeroCount, offset, bucketCounts };
    }),
  );
}

const hex = (encoded: Uint8Array): string => Buffer.from(encoded).toString('hex');
const block = encodeBlock({ hour, containers: [containerAt(0), containerAt(1)] });
const oneHour = encodeHour(hourAt(0));
const uncounted = encodeHour(hourAt(3));
const quarter = encodeQuarter([0, 1, undefined, 3, 4, undefined].map((of) => (of === undefined ? undefined : hourAt(of))));
const day = Array.from({ length: 24 }, (_, of) => (of % 5 === 4 ? undefined : hourAt(of)));
const daySum = encodeDaySum(sumDay(day));
const uncountedDay = encodeDaySum(sumDay(day.map((each, of) => (of % 4 === 3 ? each : undefined))));
const golden = [
  { format: 'block', hex: hex(block), content: plain(decodeBlock(block)) },
  { format: 'hour', hex: hex(oneHour), content: plain(decodeHour(oneHour).content) },
  { format: 'hour', hex: hex(uncounted), content: plain(decodeHour(uncounted).content) },
  { format: 'quarter', hex: hex(quarter), content: plain(decodeQuarter(quarter)) },
  { format: 'daySum', hex: hex(daySum), content: plain(decodeDaySum(daySum)) },
  { format: 'daySum', hex: hex(uncountedDay), content: plain(decodeDaySum(uncountedDay)) },
];
console.log(`[\n${golden.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]`);
