const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * Whether a series belongs to the half that models are tuned on: bit 16 of the FNV-1a hash of its id
 * (UTF-8, 32 bits) is clear. Scores are reported on the other half.
 */
export function isTuningSeries(id: string): boolean {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, PRIME);
  return ((hash >>> 16) & 1) === 0;
}
