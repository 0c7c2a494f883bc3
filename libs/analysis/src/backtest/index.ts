export type { Tally } from './judge.ts';
export type { CpuProof, MemoryProof, Proof } from './proof.ts';
export { type Step, type Walk, walkForward } from './walk-forward.ts';
