import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../connect/index.ts';
import { run, statements } from './builder.ts';
import { after, cutPage, type KeysetOrder, orderBy, type PageAsk, type RowPage } from './keyset.ts';

/** One cluster and how much of it is known. */
export interface ClusterSummaryRow {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
  readonly agents: number;
  readonly workloads: number;
  readonly containers: number;
  /** Newest hour that was packed; null before the first one. */
  readonly lastHour: number | null;
}

/** One page of the tenant's clusters by name. */
export async function listClusters(tx: Tx, ask: PageAsk): Promise<RowPage<ClusterSummaryRow>> {
  const order: KeysetOrder = {
    key: sql<string>`cluster.name collate "C"`,
    id: sql<number>`cluster.cluster_id::int8`,
    direction: ask.direction,
  };
  const clusters = statements().selectFrom('cluster');
  const counted = await run(tx, clusters.select(sql<number>`count(*)`.as('total')));
  const page = clusters
    .where(ask.after === undefined ? sql<SqlBool>`true` : after(order, ask.after))
    .select([
      'cluster.cluster_id as id',
      'cluster.name as name',
      'cluster.created_at as createdAt',
      countOf('agent', sql`agent.cluster_id = cluster.cluster_id`).as('agents'),
      countOf('workload', sql`workload.cluster_id = cluster.cluster_id`).as('workloads'),
      sql<number>`(select count(*) from wc join workload using (workload_id)
        where workload.cluster_id = cluster.cluster_id)`.as('containers'),
      sql<number | null>`(select max(workload.last_hour) from workload
        where workload.cluster_id = cluster.cluster_id)`.as('lastHour'),
      order.key.as('sortedBy'),
    ])
    .orderBy(orderBy(order))
    .limit(ask.limit + 1);
  return cutPage(await run(tx, page), ask.limit, counted[0]?.total ?? 0);
}

function countOf(table: 'agent' | 'workload', condition: ReturnType<typeof sql<SqlBool>>) {
  return sql<number>`(select count(*) from ${sql.table(table)} where ${condition})`;
}
