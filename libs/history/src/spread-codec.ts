/**
 * The spread of an hour and of a day as bytes, version 1 of the formats that they end.
 *
 *     varint    presence of each column, two bits a column, the first one lowest (bucket-code.ts)
 *     hour:     columns of five: CPU means, CPU window peaks, memory peaks
 *     day:      columns of one: CPU median, memory median; then a varint, the hours with several pods
 *     varint    pods, at most 8; times 2, and 1 more in an hour where a pod's cover is not 3,600 s
 *     4 bytes   a pod: hash of its name, rising
 *     hour:     a varint a pod, its cover, where they are not all 3,600 s
 *     day:      a varint a pod, its hours
 *     columns   over the pods: CPU mean, CPU window peak, memory peak; of a day also both ratios
 */
import type { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';
import { type Bytes, bytes, type Cores, cores } from '@trimtab/units';
import { middleOf, presenceOf, readColumn, wholeMiddleOf, writeColumn } from './bucket-code.ts';
import { presentFields } from './present.ts';
import { fivePoints, MOST_HOT_PODS } from './replica-spread.ts';
import type { DayHotPod, DaySpread, FivePoints, HotPod, ReplicaSpread } from './types.ts';

const HOUR_SECONDS = 3_600;
const MOST_HOURS = 24;
const POINTS = 5;
const HOUR_COLUMNS = 6;
const DAY_COLUMNS = 7;

type Column = readonly (number | undefined)[];
type Codes = readonly (number | undefined)[];

/** Writes an hour's spread; see the head of spread-codec.ts. */
export function writeSpread(writer: ByteWriter, spread: ReplicaSpread): void {
  const { hottest } = spread;
  const points = [spread.cpuMeans, spread.cpuWindowPeaks, spread.memoryPeaks].map(
    (each): Column => each ?? [],
  );
  const columns = podColumns(hottest);
  writePresence(writer, [...points, ...columns]);
  for (const column of points) writeColumn(writer, column);
  const hasCovers = hottest.some((pod) => pod.coveredSeconds !== HOUR_SECONDS);
  writer.varint(2 * hottest.length + (hasCovers ? 1 : 0));
  for (const { pod } of hottest) writer.uint32(pod);
  if (hasCovers) for (const pod of hottest) writer.varint(pod.coveredSeconds);
  for (const column of columns) writeColumn(writer, column);
}

/** Reads an hour's spread. */
export function readSpread(reader: ByteReader): ReplicaSpread {
  const presence = readPresence(reader, HOUR_COLUMNS);
  const [means = [], peaks = [], memory = []] = [0, 1, 2].map((at) =>
    readColumn(reader, POINTS, presence[at] ?? 0),
  );
  const head = reader.varintUpTo(2 * MOST_HOT_PODS + 1, 'hot pods');
  const pods = readPods(reader, head >> 1);
  const covers = pods.map(() => ((head & 1) > 0 ? reader.varint() : HOUR_SECONDS));
  const columns = presence.slice(3).map((each) => readColumn(reader, pods.length, each));
  return presentFields({
    cpuMeans: pointsFrom(reader, means, toCores),
    cpuWindowPeaks: pointsFrom(reader, peaks, toCores),
    memoryPeaks: pointsFrom(reader, memory, toBytes),
    hottest: pods.map((pod, at): HotPod => {
      const coveredSeconds = covers[at] ?? HOUR_SECONDS;
      return { pod, coveredSeconds, ...podValues(columns, at) };
    }),
  });
}

/** Writes a day's spread; see the head of spread-codec.ts. */
export function writeDaySpread(writer: ByteWriter, spread: DaySpread): void {
  const { hottest } = spread;
  const medians: Column[] = [[spread.cpuMedian], [spread.memoryMedian]];
  const columns: Column[] = [
    ...podColumns(hottest),
    hottest.map((pod) => pod.cpuRatio),
    hottest.map((pod) => pod.memoryRatio),
  ];
  writePresence(writer, [...medians, ...columns]);
  for (const column of medians) writeColumn(writer, column);
  writer.varint(spread.hours);
  writer.varint(2 * hottest.length);
  for (const { pod } of hottest) writer.uint32(pod);
  for (const { hours } of hottest) writer.varint(hours);
  for (const column of columns) writeColumn(writer, column);
}

/** Reads a day's spread. */
export function readDaySpread(reader: ByteReader): DaySpread {
  const presence = readPresence(reader, DAY_COLUMNS);
  const [cpuMedian] = readColumn(reader, 1, presence[0] ?? 0);
  const [memoryMedian] = readColumn(reader, 1, presence[1] ?? 0);
  const hours = reader.varintUpTo(MOST_HOURS, 'hours with several pods');
  const pods = readPods(reader, reader.varintUpTo(2 * MOST_HOT_PODS, 'hot pods') >> 1);
  const podHours = pods.map(() => reader.varintUpTo(MOST_HOURS, 'hours of a hot pod'));
  const columns = presence.slice(2).map((each) => readColumn(reader, pods.length, each));
  return presentFields({
    hours,
    cpuMedian: toCores(cpuMedian),
    memoryMedian: toBytes(memoryMedian),
    hottest: pods.map((pod, at): DayHotPod => {
      const [cpuRatio, memoryRatio] = [columns[3]?.[at], columns[4]?.[at]];
      return presentFields({
        pod,
        hours: podHours[at] ?? 0,
        ...podValues(columns, at),
        cpuRatio: cpuRatio === undefined ? undefined : middleOf(cpuRatio),
        memoryRatio: memoryRatio === undefined ? undefined : middleOf(memoryRatio),
      });
    }),
  });
}

type PodValues = Pick<HotPod, 'cpuMean' | 'cpuWindowPeak' | 'memoryPeak'>;

function podColumns(pods: readonly PodValues[]): Column[] {
  return [
    pods.map((pod) => pod.cpuMean),
    pods.map((pod) => pod.cpuWindowPeak),
    pods.map((pod) => pod.memoryPeak),
  ];
}

function podValues(columns: readonly Codes[], at: number): PodValues {
  return presentFields({
    cpuMean: toCores(columns[0]?.[at]),
    cpuWindowPeak: toCores(columns[1]?.[at]),
    memoryPeak: toBytes(columns[2]?.[at]),
  });
}

function writePresence(writer: ByteWriter, columns: readonly Column[]): void {
  writer.varint(columns.reduce((bits, column, at) => bits | (presenceOf(column) << (2 * at)), 0));
}

function readPresence(reader: ByteReader, columns: number): number[] {
  const bits = reader.varintUpTo(4 ** columns - 1, 'presence of columns');
  return Array.from({ length: columns }, (_, at) => (bits >> (2 * at)) & 3);
}

function readPods(reader: ByteReader, count: number): number[] {
  const pods: number[] = [];
  for (let place = 0; place < count; place += 1) {
    const pod = reader.uint32();
    const before = pods.at(-1) ?? -1;
    if (pod <= before) throw reader.corrupt(`hot pod ${pod} after ${before}; expected rising ones`);
    pods.push(pod);
  }
  return pods;
}

function pointsFrom<Unit extends number>(
  reader: ByteReader,
  codes: Codes,
  toUnit: (code: number | undefined) => Unit | undefined,
): FivePoints<Unit> | undefined {
  const values = codes.map(toUnit).filter((value) => value !== undefined);
  const [least] = values;
  if (least === undefined) return undefined;
  const isRising = values.every((value, at) => at === 0 || value >= (values[at - 1] ?? 0));
  if (values.length < POINTS || !isRising) {
    throw reader.corrupt(`points ${values.join(', ')}; expected five that never fall`);
  }
  return fivePoints((place) => values[place] ?? least);
}

function toCores(code: number | undefined): Cores | undefined {
  return code === undefined ? undefined : cores(middleOf(code));
}

function toBytes(code: number | undefined): Bytes | undefined {
  return code === undefined ? undefined : bytes(wholeMiddleOf(code));
}
