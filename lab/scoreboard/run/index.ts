export type { Job, JobCost, JobResult, WorkerMessage } from './job.ts';
export { type PoolProgress, runJobs } from './pool.ts';
export { runJob } from './run-job.ts';
export { findTraceSets, type TraceSet, TraceSetError } from './trace-sets.ts';
