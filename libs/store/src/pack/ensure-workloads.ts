import type { Tx } from '../connect/index.ts';

/** A workload as a unit saw it. */
export interface WorkloadSeen {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly firstHour: number;
  readonly lastHour: number;
}

/** Where a workload is kept. */
export interface WorkloadRow {
  readonly workloadId: number;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * Makes workloads that are new and moves the first and last hour of those that are not; labels are those of the newest hour.
 * Each workload may stand in `seen` once. Rows are written in the order of their key, so that two packers cannot deadlock.
 */
export async function ensureWorkloads(
  tx: Tx,
  cluster: { readonly tenantId: number; readonly clusterId: number },
  seen: readonly WorkloadSeen[],
): Promise<WorkloadRow[]> {
  return await tx.query<WorkloadRow>(
    `insert into workload as w (tenant_id, cluster_id, namespace, kind, name, labels, first_hour, last_hour)
     select $1, $2, t.namespace, t.kind, t.name, t.labels, t."firstHour", t."lastHour"
     from jsonb_to_recordset($3::jsonb) as t(
       namespace text, kind text, name text, labels jsonb, "firstHour" int4, "lastHour" int4)
     order by t.namespace collate "C", t.kind collate "C", t.name collate "C"
     on conflict (cluster_id, namespace, kind, name) do update set
       labels = case when excluded.last_hour >= w.last_hour then excluded.labels else w.labels end,
       first_hour = least(w.first_hour, excluded.first_hour),
       last_hour = greatest(w.last_hour, excluded.last_hour)
     returning workload_id as "workloadId", namespace, kind, name`,
    [cluster.tenantId, cluster.clusterId, JSON.stringify(seen)],
  );
}
