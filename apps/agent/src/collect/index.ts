export { readingsUntil } from './readings-until.ts';
export type { ContainerReading, Reading, Source } from './source.ts';
