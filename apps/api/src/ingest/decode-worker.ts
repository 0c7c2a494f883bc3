/**
 * The thread that reads messages: one at a time, nothing kept between them. A message of the full 16 MiB takes
 * about a second to decode; here it holds up neither the answers to other agents nor health.
 */
import { parentPort } from 'node:worker_threads';
import { ApiError } from '../errors.ts';
import type { DecodeAnswer, DecodeJob } from './decode-pool.ts';
import { preparePush } from './prepare-push.ts';

parentPort?.on('message', (job: DecodeJob) => {
  const { answer, transfer } = answerTo(job);
  parentPort?.postMessage(answer, transfer);
});

function answerTo(job: DecodeJob): { answer: DecodeAnswer; transfer: ArrayBuffer[] } {
  const { id } = job;
  try {
    const push = preparePush(job.message, job.preparing);
    if (push === undefined) return { answer: { id, kind: 'empty' }, transfer: [] };
    // A block may be a view of a larger buffer, and all of that would be sent along.
    const bodies = push.bodies.map(({ hour, block }) => ({ hour, block: new Uint8Array(block) }));
    const transfer = bodies.map(({ block }) => block.buffer);
    const digest = new Uint8Array(push.digest);
    return { answer: { id, kind: 'read', push: { ...push, digest, bodies } }, transfer };
  } catch (error) {
    return { answer: { id, kind: 'failed', ...described(error) }, transfer: [] };
  }
}

function described(error: unknown): Pick<DecodeAnswer & { kind: 'failed' }, 'code' | 'message'> {
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof ApiError ? error.code : undefined, message };
}
