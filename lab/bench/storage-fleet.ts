import { type Database, ensureDayPartitions } from '@trimtab/store';
import type { RegisteredCluster } from '@trimtab/store/ingest';

/** A fleet made by copying what a small one has stored. */
export interface Fleet {
  readonly containers: number;
  /** Its closed days: `days` before `today`. */
  readonly days: number;
  readonly today: number;
}

/**
 * Makes containers whose day sums, and whose blocks of the oldest day, are copies of the small fleet's: real content at
 * a size at which the pages that an index always has do not show any more.
 */
export async function growFleet(
  owner: Database,
  cluster: RegisteredCluster,
  { containers, days, today }: Fleet,
): Promise<void> {
  const firstDay = today - days;
  await ensureDayPartitions(
    owner,
    Array.from({ length: days }, (_, index) => firstDay + index),
  );
  await owner.query(
    `with w as (
       insert into workload (tenant_id, cluster_id, namespace, kind, name, first_hour, last_hour)
       select $1, $2, 'grown', 'Deployment', 'service-' || i, $3, $4 from generate_series(1, $5::int4) i
       returning tenant_id, workload_id, first_hour, last_hour)
     insert into wc (tenant_id, workload_id, container, shard, first_hour, last_hour, sizes_hour, cpu_request_m, memory_request)
     select tenant_id, workload_id, 'main', (hashint8(workload_id) & 255)::int2, first_hour, last_hour, last_hour, 500, 268435456
     from w`,
    [cluster.tenantId, cluster.clusterId, firstDay * 24, today * 24 - 1, containers],
  );
  await owner.transaction(async (tx) => {
    await tx.query(
      `create temp table model on commit drop as
       select s.content, b.contents, row_number() over () - 1 as n, count(*) over () as total
       from day_sum s join lateral (
         select array_agg(content order by quarter) as contents from day_block
         where shard = s.shard and wc_id = s.wc_id and quarter / 4 = s.day) b on true`,
    );
    await tx.query(
      `insert into day_sum (tenant_id, shard, wc_id, day, content)
       select c.tenant_id, c.shard, c.wc_id, d.day, m.content
       from generate_series($1::int4, $2::int4) as d(day)
       cross join wc c join workload w using (workload_id)
       join model m on m.n = (c.wc_id * 7 + d.day * 13) % m.total
       where w.namespace = 'grown' order by d.day, c.shard, c.wc_id`,
      [firstDay, today - 1],
    );
    await tx.query(
      `insert into day_block (tenant_id, shard, wc_id, quarter, content)
       select c.tenant_id, c.shard, c.wc_id, $1::int4 * 4 + q.at - 1, q.content
       from wc c join workload w using (workload_id)
       join model m on m.n = (c.wc_id * 7) % m.total
       cross join unnest(m.contents) with ordinality as q(content, at)
       where w.namespace = 'grown' order by c.shard, c.wc_id, q.at`,
      [firstDay],
    );
  });
  await owner.query('analyze');
}
