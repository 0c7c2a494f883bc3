/** A worker thread that ends at its first message. */
import process from 'node:process';
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', () => process.exit(3));
