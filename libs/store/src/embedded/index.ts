export { type Embedded, type EmbeddedLog, type EmbeddedOptions, startEmbedded } from './start.ts';
