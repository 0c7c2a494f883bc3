/**
 * One window of one container inside a block.
 *
 *     varint   window of the hour, 0 to 11 (bits 0-3), then one bit for each of what follows:
 *              4 cover (varints from, to, gap, where it is not the whole window), 5 CPU sketch,
 *              6 memory sketch, 7 start-up CPU sketch, 8 throttled seconds (double), 9 kills (varint),
 *              10 limit at the kill (double), 11 restarts (varint)
 */
import { type ByteReader, type ByteWriter, readSketch, writeSketch } from '@trimtab/sketch/bytes';
import { bytes, type EpochHour, epochMs, hourStart } from '@trimtab/units';
import { seconds } from './events.ts';
import type { UsageWindow } from './types.ts';
import { WINDOW_MS, WINDOW_SECONDS, WINDOWS_PER_HOUR, windowIndex } from './window.ts';

const COVER = 1 << 4;
const CPU = 1 << 5;
const MEMORY = 1 << 6;
const STARTUP = 1 << 7;
const THROTTLED = 1 << 8;
const KILLS = 1 << 9;
const LIMIT = 1 << 10;
const RESTARTS = 1 << 11;
const FLAGS_END = 1 << 12;

/** Writes a window that `checkHour` has found good. */
export function writeWindow(writer: ByteWriter, window: UsageWindow): void {
  const { fromSecond, toSecond, gapSeconds = 0 } = window;
  const isWhole = fromSecond === 0 && toSecond === WINDOW_SECONDS && gapSeconds === 0;
  writer.varint(windowIndex(window) | (isWhole ? 0 : COVER) | contentFlags(window));
  if (!isWhole) {
    writer.varint(fromSecond);
    writer.varint(toSecond);
    writer.varint(gapSeconds);
  }
  if (window.cpu !== undefined) writeSketch(writer, window.cpu);
  if (window.memory !== undefined) writeSketch(writer, window.memory);
  if (window.startupCpu !== undefined) writeSketch(writer, window.startupCpu);
  if (window.throttledSeconds !== undefined) writer.taggedDouble(window.throttledSeconds);
  if (window.oomKills !== undefined) writer.varint(window.oomKills);
  if (window.oomLimit !== undefined) writer.taggedDouble(window.oomLimit);
  if (window.restarts !== undefined) writer.varint(window.restarts);
}

/** Reads a window of the given hour. */
export function readWindow(reader: ByteReader, hour: EpochHour): UsageWindow {
  const flags = reader.varintUpTo(FLAGS_END - 1, 'window flags');
  const index = flags & 15;
  if (index >= WINDOWS_PER_HOUR) throw reader.corrupt(`window ${index}; expected at most 11`);
  const start = epochMs(hourStart(hour) + index * WINDOW_MS);
  const cover =
    (flags & COVER) > 0 ? readCover(reader) : { fromSecond: 0, toSecond: WINDOW_SECONDS };
  // Fields are set one by one: this is the hot loop of the packer, and spreading costs a third of it.
  const window: { -readonly [Field in keyof UsageWindow]: UsageWindow[Field] } = {
    start,
    ...cover,
  };
  if ((flags & CPU) > 0) window.cpu = readSketch(reader);
  if ((flags & MEMORY) > 0) window.memory = readSketch(reader);
  if ((flags & STARTUP) > 0) window.startupCpu = readSketch(reader);
  if ((flags & THROTTLED) > 0) window.throttledSeconds = seconds(reader);
  if ((flags & KILLS) > 0) window.oomKills = reader.varint();
  if ((flags & LIMIT) > 0) window.oomLimit = bytes(reader.taggedDouble());
  if ((flags & RESTARTS) > 0) window.restarts = reader.varint();
  return window;
}

function contentFlags(window: UsageWindow): number {
  return (
    (window.cpu === undefined ? 0 : CPU) |
    (window.memory === undefined ? 0 : MEMORY) |
    (window.startupCpu === undefined ? 0 : STARTUP) |
    (window.throttledSeconds === undefined ? 0 : THROTTLED) |
    (window.oomKills === undefined ? 0 : KILLS) |
    (window.oomLimit === undefined ? 0 : LIMIT) |
    (window.restarts === undefined ? 0 : RESTARTS)
  );
}

function readCover(
  reader: ByteReader,
): Pick<UsageWindow, 'fromSecond' | 'toSecond' | 'gapSeconds'> {
  const fromSecond = reader.varint();
  const toSecond = reader.varintUpTo(WINDOW_SECONDS, 'end of the cover');
  const gapSeconds = reader.varint();
  if (fromSecond + gapSeconds >= toSecond) {
    throw reader.corrupt(
      `cover ${fromSecond} to ${toSecond} less ${gapSeconds}; expected a second`,
    );
  }
  return gapSeconds === 0 ? { fromSecond, toSecond } : { fromSecond, toSecond, gapSeconds };
}
