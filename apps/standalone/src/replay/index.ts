export { type ReplayOptions, replaySource } from './source.ts';
