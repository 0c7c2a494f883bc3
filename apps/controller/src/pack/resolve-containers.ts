import type { Tx } from '@trimtab/store';
import {
  type ContainerRow,
  ensureContainers,
  ensureWorkloads,
  type WorkloadSeen,
} from '@trimtab/store/pack';
import { ControllerError } from '../errors.ts';
import { shardOf } from './shard-of.ts';
import type { UnfoldedContainer } from './unfold.ts';

/** A container seen, with the row that stands for it. */
export interface ResolvedContainer {
  readonly row: ContainerRow;
  readonly seen: UnfoldedContainer;
}

type Names = Pick<UnfoldedContainer, 'namespace' | 'kind' | 'name'>;

/** Finds or makes the workload and the workload container of each container seen. In the order of `containers`. */
export async function resolveContainers(
  tx: Tx,
  cluster: { readonly tenantId: number; readonly clusterId: number },
  containers: readonly UnfoldedContainer[],
): Promise<ResolvedContainer[]> {
  if (containers.length === 0) return [];
  const workloads = await ensureWorkloads(tx, cluster, workloadsSeen(containers));
  const workloadIds = new Map(workloads.map((row) => [workloadKey(row), row.workloadId]));
  const placed = containers.map((seen) => ({
    seen,
    workloadId: found(workloadIds.get(workloadKey(seen)), seen),
  }));
  const rows = await ensureContainers(
    tx,
    cluster.tenantId,
    placed.map(({ seen, workloadId }) => ({
      ...seen.sizes,
      ...hourSpanOf(seen),
      workloadId,
      container: seen.container,
      shard: shardOf({ ...seen, ...cluster }),
    })),
  );
  const byKey = new Map(rows.map((row) => [`${row.workloadId}/${row.container}`, row]));
  return placed.map(({ seen, workloadId }) => ({
    seen,
    row: found(byKey.get(`${workloadId}/${seen.container}`), seen),
  }));
}

/** One entry a workload: its labels are those of its container with the newest window. */
function workloadsSeen(containers: readonly UnfoldedContainer[]): WorkloadSeen[] {
  const groups = Map.groupBy(containers, workloadKey);
  return [...groups.values()].flatMap((members) => {
    const [newest] = [...members].sort((a, b) => b.newestStart - a.newestStart);
    if (newest === undefined) return [];
    const { namespace, kind, name, labels } = newest;
    const spans = members.map(hourSpanOf);
    const firstHour = Math.min(...spans.map((span) => span.firstHour));
    const lastHour = Math.max(...spans.map((span) => span.lastHour));
    return [{ namespace, kind, name, labels, firstHour, lastHour }];
  });
}

function hourSpanOf({ hours }: UnfoldedContainer) {
  const numbers = hours.map(({ hour }) => hour);
  return { firstHour: Math.min(...numbers), lastHour: Math.max(...numbers) };
}

function workloadKey({ namespace, kind, name }: Names): string {
  return `${namespace}\0${kind}\0${name}`;
}

/** What was just written has to come back; going on without it would consume bodies and store nothing. */
function found<T>(row: T | undefined, { namespace, kind, name, container }: UnfoldedContainer): T {
  if (row !== undefined) return row;
  throw new ControllerError(
    'TT_CONTROLLER_UNRESOLVED',
    `${namespace}/${kind}/${name}, container ${container}: the database did not return the row it was asked to keep; expected one`,
  );
}
