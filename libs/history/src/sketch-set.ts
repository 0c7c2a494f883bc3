import type { Sketch } from '@trimtab/sketch';
import { type ByteReader, type ByteWriter, readSketch, writeSketch } from '@trimtab/sketch/bytes';

/** The five distributions that hours and day sums share. */
export interface SketchSet {
  readonly cpu?: Sketch;
  readonly cpuMeans?: Sketch;
  readonly memory?: Sketch;
  readonly memoryPeaks?: Sketch;
  readonly startupCpu?: Sketch;
}

const NAMES = ['cpu', 'cpuMeans', 'memory', 'memoryPeaks', 'startupCpu'] as const;

/** Bits 0 to 4 of a format's flags: which of the five follow. Sketches without values are left out. */
export function sketchFlags(set: SketchSet): number {
  return NAMES.reduce((flags, name, bit) => flags | (isWritten(set[name]) ? 1 << bit : 0), 0);
}

/** Writes the sketches that `sketchFlags` names, in that order. */
export function writeSketches(writer: ByteWriter, set: SketchSet): void {
  for (const name of NAMES) {
    const sketch = set[name];
    if (sketch !== undefined && isWritten(sketch)) writeSketch(writer, sketch);
  }
}

/** Reads the sketches that the flags name. One without values is refused: it is never written. */
export function readSketches(reader: ByteReader, flags: number): SketchSet {
  const set: { -readonly [Name in keyof SketchSet]: SketchSet[Name] } = {};
  NAMES.forEach((name, bit) => {
    if ((flags & (1 << bit)) === 0) return;
    const sketch = readSketch(reader);
    if (sketch.count === 0) throw reader.corrupt(`${name} without values; expected at least one`);
    set[name] = sketch;
  });
  return set;
}

function isWritten(sketch: Sketch | undefined): boolean {
  return sketch !== undefined && sketch.count > 0;
}
