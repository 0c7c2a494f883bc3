import { crc32 } from '@trimtab/history';
import { AnalysisError } from '../errors.ts';
import type { TreeEnsemble } from './ensemble.ts';

/*
 * Bytes of a stored ensemble, little-endian:
 *
 *     magic "TTRT", version u8, row layout u8, features u8, trees u16, base f32
 *     each tree: nodes u8, then each node: feature i8, threshold f32, and for inner nodes the place of
 *     the left child in the tree u8 (the right one follows it)
 *     crc-32 of all before it u32
 */
const MAGIC = 0x54525454;
const VERSION = 1;
const HEADER_BYTES = 13;
const CHECKSUM_BYTES = 4;

/** Writes an ensemble down. `layout` names the meaning of its features; reading demands the same. */
export function encodeTrees(trees: TreeEnsemble, layout: number): Uint8Array {
  const { roots, feature, threshold, left } = trees;
  const bytes = new Uint8Array(HEADER_BYTES + roots.length + feature.length * 6 + CHECKSUM_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setUint8(5, layout);
  view.setUint8(6, trees.features);
  view.setUint16(7, roots.length, true);
  view.setFloat32(9, trees.base, true);
  let at = HEADER_BYTES;
  for (const [tree, root] of roots.entries()) {
    const end = roots[tree + 1] ?? feature.length;
    view.setUint8(at, end - root);
    at += 1;
    for (let node = root; node < end; node += 1) {
      const split = feature[node] ?? -1;
      view.setInt8(at, split);
      view.setFloat32(at + 1, threshold[node] ?? 0, true);
      at += 5;
      if (split < 0) continue;
      view.setUint8(at, (left[node] ?? 0) - root);
      at += 1;
    }
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)), true);
  return bytes.subarray(0, at + CHECKSUM_BYTES);
}

/** Eight hex digits that name stored bytes: their checksum. */
export function treesId(bytes: Uint8Array): string {
  if (bytes.length < CHECKSUM_BYTES) throw badModel(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view
    .getUint32(bytes.length - CHECKSUM_BYTES, true)
    .toString(16)
    .padStart(8, '0');
}

/**
 * Reads a stored ensemble. Another version, layout or number of features, a wrong checksum, a number
 * that is not finite, a tree that does not hold together: AnalysisError TT_ANALYSIS_BAD_MODEL.
 */
export function decodeTrees(
  bytes: Uint8Array,
  expected: { readonly layout: number; readonly features: number },
): TreeEnsemble {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - CHECKSUM_BYTES;
  if (end < HEADER_BYTES) throw badModel(`${bytes.length} bytes`);
  if (view.getUint32(0, true) !== MAGIC) throw badModel('bytes that are not an ensemble');
  if (view.getUint8(4) !== VERSION) throw badModel(`format version ${view.getUint8(4)}`);
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {
    throw badModel('a checksum that does not match the bytes');
  }
  const [layout, features] = [view.getUint8(5), view.getUint8(6)];
  if (layout !== expected.layout || features !== expected.features) {
    throw badModel(
      `row layout ${layout} with ${features} features, not ${expected.layout} with ${expected.features}`,
    );
  }
  return readTrees(view, end, features);
}

function readTrees(view: DataView, end: number, features: number): TreeEnsemble {
  const roots: number[] = [];
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  let at = HEADER_BYTES;
  for (let tree = 0; tree < view.getUint16(7, true); tree += 1) {
    if (at >= end) throw badModel(`an end after ${tree} trees`);
    const root = feature.length;
    const count = view.getUint8(at);
    if (count === 0) throw badModel(`tree ${tree} without nodes`);
    roots.push(root);
    at += 1;
    for (let node = 0; node < count; node += 1) {
      if (at + 5 > end) throw badModel(`an end inside tree ${tree}`);
      const split = view.getInt8(at);
      feature.push(split);
      threshold.push(finite(view.getFloat32(at + 1, true), `tree ${tree}`));
      at += 5;
      left.push(split < 0 ? 0 : root + childOf(view, at, { node, count, split, features }));
      if (split >= 0) at += 1;
    }
  }
  if (at !== end) throw badModel(`${end - at} bytes too many`);
  return {
    features,
    base: finite(view.getFloat32(9, true), 'the base'),
    roots: Int32Array.from(roots),
    feature: Int8Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Int32Array.from(left),
  };
}

/** Children lie behind their parent, so that every walk ends. */
function childOf(
  view: DataView,
  at: number,
  {
    node,
    count,
    split,
    features,
  }: { node: number; count: number; split: number; features: number },
): number {
  const left = view.getUint8(at);
  if (split >= features) throw badModel(`feature ${split} of ${features}`);
  if (left <= node || left + 1 >= count)
    throw badModel(`node ${node} with child ${left} of ${count}`);
  return left;
}

function finite(value: number, place: string): number {
  if (Number.isFinite(value)) return value;
  throw badModel(`${value} in ${place}`);
}

function badModel(found: string): AnalysisError {
  return new AnalysisError(
    'TT_ANALYSIS_BAD_MODEL',
    `stored model: found ${found}; expected an ensemble of this version, whole; train it again`,
  );
}
