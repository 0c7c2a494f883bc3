export { type Allocation, readAllocations } from './allocations.ts';
export { type ReadTraceOptions, readTrace, readTraceFile } from './read-trace.ts';
