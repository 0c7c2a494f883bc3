export type { Elector, LeadListener, LossReason } from './elector.ts';
export { createRowElector, type LeaseTiming, type RowElectorOptions } from './row-elector.ts';
