export { ShardWorker } from './shard-worker.ts';
export { WorkerPool } from './worker-pool.ts';
