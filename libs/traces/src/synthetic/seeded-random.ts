import { createHash } from 'node:crypto';

/** A generator of numbers that is the same on every machine for the same seed. */
export interface SeededRandom {
  /** Uniform in [0, 1), a multiple of 2^-32. */
  uniform(): number;
  /** Normal with mean 0 and deviation 1. */
  normal(): number;
}

/**
 * Makes a generator from any text. It runs the "small fast counter" generator with three words of
 * state and a counter (period at least 2^32), seeded with a SHA-256 of the text.
 */
export function seededRandom(seed: string): SeededRandom {
  const state = new Uint32Array(4);
  const digest = createHash('sha256').update(seed).digest();
  for (let word = 0; word < 3; word += 1) {
    state[word] = digest.readUInt32LE(word * 4);
  }
  state[3] = 1;
  const uniform = (): number => nextWord(state) / 2 ** 32;
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** One step of the generator; changes `state`. Typed-array stores do the wrapping to 32 bits. */
function nextWord(state: Uint32Array): number {
  const [a = 0, b = 0, c = 0, counter = 0] = state;
  const word = (a + b + counter) >>> 0;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + word;
  state[3] = counter + 1;
  return word;
}
