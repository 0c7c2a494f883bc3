import type { Tx } from '../connect/index.ts';

/** An open day of a cluster that may be closed. */
export interface DueDay {
  readonly tenantId: number;
  readonly clusterId: number;
  readonly day: number;
}

/** Lists open days up to and including `lastDay` in which nothing waits to be packed, oldest first. */
export async function listDueDays(db: Pick<Tx, 'query'>, lastDay: number): Promise<DueDay[]> {
  return await db.query<DueDay>(
    `select tenant_id as "tenantId", cluster_id as "clusterId", day from day_state d
     where not closed and day <= $1 and not exists (
       select 1 from body b where b.cluster_id = d.cluster_id and not b.packed and b.kind = 0
         and b.hour between d.day * 24 and d.day * 24 + 23)
     order by day, cluster_id`,
    [lastDay],
  );
}
