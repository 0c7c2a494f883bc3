export { type ShardDone, ShardWorker, type ShardWorkerOptions } from './shard-worker.ts';
export { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';
