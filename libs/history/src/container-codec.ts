import type { ByteReader, ByteWriter } from '@trimtab/sketch/bytes';
import { bytes, type EpochHour, millicores } from '@trimtab/units';
import type { DictionaryWriter } from './dictionary.ts';
import { badInput } from './errors.ts';
import type { ContainerSizes, ContainerUsage, UsageWindow } from './types.ts';
import { checkHour, WINDOWS_PER_HOUR } from './window.ts';
import { readWindow, writeWindow } from './window-codec.ts';

/** All texts of a block, by number. */
export type BlockTexts = readonly string[];

const MOST_LABELS = 64;
const CPU_REQUEST = 1;
const CPU_LIMIT = 2;
const MEMORY_REQUEST = 4;
const MEMORY_LIMIT = 8;

/** Writes one container of a block; see the head of block.ts. */
export function writeContainer(
  writer: ByteWriter,
  container: ContainerUsage,
  block: { readonly texts: DictionaryWriter; readonly hour: EpochHour },
): void {
  const { key, windows } = container;
  const text = (value: string): void => writer.varint(block.texts.numberOf(value));
  text(key.namespace);
  text(key.ownerKind);
  text(key.ownerName);
  text(key.podName);
  text(key.podUid);
  text(key.container);
  const labels = Object.entries(container.labels);
  if (labels.length > MOST_LABELS) {
    throw badInput(
      `found ${labels.length} labels on one container; expected at most ${MOST_LABELS}`,
    );
  }
  writer.varint(labels.length);
  for (const [name, value] of labels) {
    text(name);
    text(value);
  }
  writeSizes(writer, container.sizes);
  writer.varint(windows.length);
  let before = -1;
  for (const window of windows) {
    checkHour(window, block.hour);
    if (window.start <= before) {
      throw badInput(
        `found window ${window.start} after ${before}; expected them in order, each once`,
      );
    }
    before = window.start;
    writeWindow(writer, window);
  }
}

/** Reads one container of a block. */
export function readContainer(
  reader: ByteReader,
  texts: BlockTexts,
  hour: EpochHour,
): ContainerUsage {
  const key = {
    namespace: readText(reader, texts),
    ownerKind: readText(reader, texts),
    ownerName: readText(reader, texts),
    podName: readText(reader, texts),
    podUid: readText(reader, texts),
    container: readText(reader, texts),
  };
  const labels = readLabels(reader, texts);
  const sizes = readSizes(reader);
  const count = reader.varintUpTo(WINDOWS_PER_HOUR, 'number of windows');
  const windows: UsageWindow[] = [];
  for (let at = 0; at < count; at += 1) {
    const window = readWindow(reader, hour);
    const last = windows.at(-1);
    if (last !== undefined && window.start <= last.start) {
      throw reader.corrupt(`window ${window.start} after ${last.start}; expected them in order`);
    }
    windows.push(window);
  }
  return { key, labels, sizes, windows };
}

function readText(reader: ByteReader, texts: BlockTexts): string {
  const number = reader.varint();
  const text = texts[number];
  if (text === undefined) {
    throw reader.corrupt(`text number ${number}; expected fewer than ${texts.length}`);
  }
  return text;
}

function readLabels(reader: ByteReader, texts: BlockTexts): Record<string, string> {
  const count = reader.varintUpTo(MOST_LABELS, 'number of labels');
  const labels: [string, string][] = [];
  for (let at = 0; at < count; at += 1) {
    labels.push([readText(reader, texts), readText(reader, texts)]);
  }
  // Unlike an assignment, this keeps a label named `__proto__` a label.
  return Object.fromEntries(labels);
}

function writeSizes(writer: ByteWriter, sizes: ContainerSizes): void {
  const { cpuRequest, cpuLimit, memoryRequest, memoryLimit } = sizes;
  writer.byte(
    (cpuRequest === undefined ? 0 : CPU_REQUEST) |
      (cpuLimit === undefined ? 0 : CPU_LIMIT) |
      (memoryRequest === undefined ? 0 : MEMORY_REQUEST) |
      (memoryLimit === undefined ? 0 : MEMORY_LIMIT),
  );
  for (const size of [cpuRequest, cpuLimit, memoryRequest, memoryLimit]) {
    if (size !== undefined) writer.taggedDouble(size);
  }
}

function readSizes(reader: ByteReader): ContainerSizes {
  const flags = reader.byte();
  if (flags > 15) throw reader.corrupt(`size flags ${flags}; expected at most 15`);
  // Set one by one, as in window-codec.ts.
  const sizes: { -readonly [Field in keyof ContainerSizes]: ContainerSizes[Field] } = {};
  if ((flags & CPU_REQUEST) > 0) sizes.cpuRequest = millicores(reader.taggedDouble());
  if ((flags & CPU_LIMIT) > 0) sizes.cpuLimit = millicores(reader.taggedDouble());
  if ((flags & MEMORY_REQUEST) > 0) sizes.memoryRequest = bytes(reader.taggedDouble());
  if ((flags & MEMORY_LIMIT) > 0) sizes.memoryLimit = bytes(reader.taggedDouble());
  return sizes;
}
