export { bucketIndex, bucketMiddle, bucketUpper, MAX_SCALE, MIN_SCALE } from './bucket.ts';
export { decodeSketch, encodedSize, encodeSketch, mergeEncoded } from './codec.ts';
export { SketchError, type SketchErrorCode } from './errors.ts';
export type { SketchParts } from './parts.ts';
export { DEFAULT_MAX_BUCKETS, DEFAULT_SCALE, Sketch, type SketchOptions } from './sketch.ts';
export { decayWeight, type WeightedSketch, weightedQuantile } from './weighted.ts';
