import type { Push } from './push.ts';
import { signedEpoch } from './push.ts';

/**
 * Order of the batch table's primary key. Every writer locks keys in this order, so two groups that hold the
 * same two batches in opposite order wait for one another instead of ending in a deadlock.
 */
export function byBatchKey(a: Push, b: Push): number {
  return (
    a.tenantId - b.tenantId ||
    a.agentId - b.agentId ||
    compareEpochs(signedEpoch(a.identity.epoch), signedEpoch(b.identity.epoch)) ||
    a.identity.seq - b.identity.seq ||
    a.identity.sealedDay - b.identity.sealedDay
  );
}

function compareEpochs(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
