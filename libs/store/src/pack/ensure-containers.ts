import type { Tx } from '../connect/index.ts';

/** A workload's container as a unit saw it. */
export interface ContainerSeen {
  readonly workloadId: number;
  readonly container: string;
  /** 0 to 255; kept from the first time on. */
  readonly shard: number;
  readonly firstHour: number;
  readonly lastHour: number;
  /** Millicores; absent where the pod asks for nothing. */
  readonly cpuRequest?: number | undefined;
  readonly cpuLimit?: number | undefined;
  /** Bytes. */
  readonly memoryRequest?: number | undefined;
  readonly memoryLimit?: number | undefined;
}

/** Where a workload's container is kept. */
export interface ContainerRow {
  readonly wcId: number;
  readonly shard: number;
  readonly workloadId: number;
  readonly container: string;
}

/**
 * Makes containers that are new, moves their first and last hour, and takes over the sizes unless a newer hour told others.
 * Each container may stand in `seen` once.
 */
export async function ensureContainers(
  tx: Tx,
  tenantId: number,
  seen: readonly ContainerSeen[],
): Promise<ContainerRow[]> {
  return await tx.query<ContainerRow>(
    `insert into wc as w (tenant_id, workload_id, container, shard, first_hour, last_hour,
                          sizes_hour, cpu_request_m, cpu_limit_m, memory_request, memory_limit)
     select $1, t."workloadId", t.container, t.shard, t."firstHour", t."lastHour",
            t."lastHour", t."cpuRequest", t."cpuLimit", t."memoryRequest", t."memoryLimit"
     from jsonb_to_recordset($2::jsonb) as t(
       "workloadId" int8, container text, shard int2, "firstHour" int4, "lastHour" int4,
       "cpuRequest" float8, "cpuLimit" float8, "memoryRequest" float8, "memoryLimit" float8)
     order by t."workloadId", t.container collate "C"
     on conflict (workload_id, container) do update set
       first_hour = least(w.first_hour, excluded.first_hour),
       last_hour = greatest(w.last_hour, excluded.last_hour),
       sizes_hour = greatest(w.sizes_hour, excluded.sizes_hour),
       cpu_request_m = case when w.sizes_hour > excluded.sizes_hour then w.cpu_request_m else excluded.cpu_request_m end,
       cpu_limit_m = case when w.sizes_hour > excluded.sizes_hour then w.cpu_limit_m else excluded.cpu_limit_m end,
       memory_request = case when w.sizes_hour > excluded.sizes_hour then w.memory_request else excluded.memory_request end,
       memory_limit = case when w.sizes_hour > excluded.sizes_hour then w.memory_limit else excluded.memory_limit end
     returning wc_id as "wcId", shard, workload_id as "workloadId", container`,
    [tenantId, JSON.stringify(seen)],
  );
}
