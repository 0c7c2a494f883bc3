export { closeDueDays } from './closer.ts';
export { Packer, type PackPass } from './packer.ts';
