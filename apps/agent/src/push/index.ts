export { type Disk, type DiskFile, openDisk } from './disk.ts';
export { type LastSealed, readLastSealed } from './last-sealed.ts';
export type { SendOutcome } from './outcome.ts';
export { Pusher } from './pusher.ts';
export { Queue, type QueueCounts, type QueuedBatch, type SealedBatch } from './queue.ts';
export type { BatchHeader, Encoding } from './record.ts';
export { RefusedFiles } from './refused.ts';
export { Sealer } from './seal.ts';
export { createTransport, type TlsMaterial, type Transport } from './transport.ts';
