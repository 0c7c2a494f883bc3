import type { Bytes, Cores, Millicores } from './brands.ts';
import { bytes, cores, millicores } from './checked.ts';

const MILLICORES_PER_CORE = 1_000;
const MEBIBYTE = 2 ** 20;
/** One nanocore in millicores: the finest step Kubernetes knows, and far above the error of a double. */
const NANOCORE = 1e-6;

/** Cores as millicores; the result keeps its fraction. */
export function coresToMillicores(value: Cores): Millicores {
  return millicores(value * MILLICORES_PER_CORE);
}

/** Millicores as cores. */
export function millicoresToCores(value: Millicores): Cores {
  return cores(value / MILLICORES_PER_CORE);
}

/**
 * The next whole millicore at or above a value. An excess below one nanocore is taken for the error
 * of floating arithmetic and does not count, so 69.00000000000001 stays 69. Anything above zero
 * gives at least 1.
 */
export function roundUpToMillicore(value: Millicores): Millicores {
  if (value === 0) return value;
  return millicores(Math.max(1, Math.ceil(value - NANOCORE)));
}

/** The next whole mebibyte at or above a value; zero stays zero. Within one mebibyte of 2^53: UnitError. */
export function roundUpToMebibyte(value: Bytes): Bytes {
  return bytes(Math.ceil(value / MEBIBYTE) * MEBIBYTE);
}
