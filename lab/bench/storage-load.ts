import { createHash } from 'node:crypto';
import { type ContainerUsage, encodeBlock, WINDOWS_PER_HOUR } from '@trimtab/history';
import type { Database } from '@trimtab/store';
import {
  appendBatches,
  type Push,
  type RegisteredCluster,
  resolveAgent,
} from '@trimtab/store/ingest';
import { bytes, epochDay, epochHour, millicores } from '@trimtab/units';
import { containerSamples, hourOfWindows } from './sketch-load.ts';

/** What to store: the worst case of one container a workload, each with a sample every 15 s. */
export interface StorageLoad {
  readonly nodes: number;
  readonly containersPerNode: number;
  readonly firstDay: number;
  readonly days: number;
}

/** Appends every node's batches, one a 5-minute window, as the API does; in order of time. */
export async function appendLoad(
  ingest: Database,
  cluster: RegisteredCluster,
  load: StorageLoad,
): Promise<void> {
  const today = epochDay(Math.floor(Date.now() / 86_400_000));
  for (let node = 0; node < load.nodes; node += 1) {
    const agentId = await resolveAgent(ingest, { ...cluster, node: `node-${node}` });
    const containers = Array.from({ length: load.containersPerNode }, (_, at) =>
      containerOf(node * load.containersPerNode + at),
    );
    let seq = 0;
    for (let hour = load.firstDay * 24; hour < (load.firstDay + load.days) * 24; hour += 1) {
      const hours = containers.map(({ sample, usage }) => ({
        ...usage,
        windows: hourOfWindows(sample, hour),
      }));
      const pushes = Array.from({ length: WINDOWS_PER_HOUR }, (_, window): Push => {
        seq += 1;
        const usages = hours.map((one) => ({
          ...one,
          windows: one.windows.slice(window, window + 1),
        }));
        const block = encodeBlock({ hour: epochHour(hour), containers: usages });
        return {
          ...cluster,
          agentId,
          identity: { epoch: BigInt(node + 1), seq, sealedDay: today },
          digest: createHash('sha256').update(block).digest(),
          points: usages.length * 2,
          rejected: 0,
          bodies: [{ hour: epochHour(hour), block }],
        };
      });
      await appendBatches(ingest, pushes);
    }
  }
}

function containerOf(index: number) {
  const name = `service-${String(index).padStart(5, '0')}`;
  const usage: Omit<ContainerUsage, 'windows'> = {
    key: {
      namespace: `team-${index % 40}`,
      ownerKind: 'ReplicaSet',
      ownerName: `${name}-6c9f8b7d5c`,
      podName: `${name}-6c9f8b7d5c-x2x4x`,
      podUid: createHash('sha256').update(name).digest('hex').slice(0, 36),
      container: 'main',
    },
    labels: { 'app.kubernetes.io/name': name },
    sizes: { cpuRequest: millicores(500), memoryRequest: bytes(2 ** 28) },
  };
  return { usage, sample: containerSamples(index + 1) };
}
