export { appendBatches } from './append-batches.ts';
export type { AgentNode } from './find-agent.ts';
export { type ClusterRow, findCluster } from './find-cluster.ts';
export type { Push, PushBody, PushIdentity, PushOutcome } from './push.ts';
export { type RegisteredCluster, registerCluster } from './register-cluster.ts';
export { resolveAgent } from './resolve-agent.ts';
export { isUnstorable } from './unstorable.ts';
