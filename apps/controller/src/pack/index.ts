export { type CloserOptions, closeDueDays } from './closer.ts';
export type { PackTiming } from './due-units.ts';
export type { PackOutcome } from './pack-units.ts';
export { Packer, type PackerOptions, type PackPass } from './packer.ts';
