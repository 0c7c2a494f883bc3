export type { ContainerReading, Reading, Source } from './source.ts';
