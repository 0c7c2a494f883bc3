import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from '../connect/index.ts';
import { run, statements } from './builder.ts';
import { all, type WorkloadFilter, workloadConditions } from './filter.ts';
import {
  after,
  cutPage,
  type KeysetOrder,
  orderBy,
  type PageAsk,
  type RowPage,
  type SortValue,
  tupleText,
} from './keyset.ts';

/** One workload container with the sizes its newest hour told. */
export interface ContainerRow {
  readonly id: number;
  readonly workloadId: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly workload: string;
  readonly container: string;
  readonly labels: unknown;
  readonly firstHour: number;
  readonly lastHour: number;
  readonly sizesHour: number | null;
  readonly cpuRequest: number | null;
  readonly cpuLimit: number | null;
  readonly memoryRequest: number | null;
  readonly memoryLimit: number | null;
}

/** What containers can be sorted by. */
export type ContainerSort = 'name' | 'cpuRequest' | 'memoryRequest' | 'lastHour';

/** One page of containers. */
export interface ContainersAsk extends PageAsk {
  readonly sort: ContainerSort;
  readonly filter: WorkloadFilter;
}

/** The page, sorted, and the number of containers that pass the filter. */
export async function listContainers(tx: Tx, ask: ContainersAsk): Promise<RowPage<ContainerRow>> {
  const filtered = statements()
    .selectFrom('wc')
    .innerJoin('workload', 'workload.workload_id', 'wc.workload_id')
    .innerJoin('cluster', 'cluster.cluster_id', 'workload.cluster_id')
    .where(all(workloadConditions(ask.filter)));
  const counted = await run(tx, filtered.select(sql<number>`count(*)`.as('total')));
  const order: KeysetOrder = {
    key: SORT_KEYS[ask.sort],
    id: sql<number>`wc.wc_id`,
    direction: ask.direction,
  };
  const page = filtered
    .where(ask.after === undefined ? sql<SqlBool>`true` : after(order, ask.after))
    .select([
      'wc.wc_id as id',
      'workload.workload_id as workloadId',
      'cluster.name as cluster',
      'workload.namespace as namespace',
      'workload.kind as kind',
      'workload.name as workload',
      'wc.container as container',
      'workload.labels as labels',
      'wc.first_hour as firstHour',
      'wc.last_hour as lastHour',
      'wc.sizes_hour as sizesHour',
      'wc.cpu_request_m as cpuRequest',
      'wc.cpu_limit_m as cpuLimit',
      'wc.memory_request as memoryRequest',
      'wc.memory_limit as memoryLimit',
      order.key.as('sortedBy'),
    ])
    .orderBy(orderBy(order))
    .limit(ask.limit + 1);
  return cutPage(await run(tx, page), ask.limit, counted[0]?.total ?? 0);
}

const SORT_KEYS: Readonly<Record<ContainerSort, RawBuilder<SortValue>>> = {
  name: tupleText([
    sql<string>`cluster.name`,
    sql<string>`workload.namespace`,
    sql<string>`workload.name`,
    sql<string>`wc.container`,
  ]),
  cpuRequest: sql`wc.cpu_request_m`,
  memoryRequest: sql`wc.memory_request::float8`,
  lastHour: sql`wc.last_hour::float8`,
};
