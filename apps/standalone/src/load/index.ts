export { type Loaded, loadSamples, SETS } from './load-samples.ts';
export type { SetDestination } from './load-set.ts';
