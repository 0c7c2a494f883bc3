export type { Elector } from './elector.ts';
export { createRowElector } from './row-elector.ts';
