export type { ModelRun } from './model.ts';
export { startModel } from './registry.ts';
