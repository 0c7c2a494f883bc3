export { cpuDemand, memoryDemand } from './daily-demand.ts';
export type { DemandDay } from './demand-day.ts';
