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

/** One workload and the names of its containers, sorted. */
export interface WorkloadRow {
  readonly id: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly labels: unknown;
  readonly firstHour: number;
  readonly lastHour: number;
  readonly containers: readonly string[];
}

/** What workloads can be sorted by. */
export type WorkloadSort = 'name' | 'lastHour';

/** One page of workloads. */
export interface WorkloadsAsk extends PageAsk {
  readonly sort: WorkloadSort;
  readonly filter: WorkloadFilter;
}

/** The page, sorted, and the number of workloads that pass the filter. */
export async function listWorkloads(tx: Tx, ask: WorkloadsAsk): Promise<RowPage<WorkloadRow>> {
  const filtered = joined().where(all(workloadConditions(ask.filter)));
  const counted = await run(tx, filtered.select(sql<number>`count(*)`.as('total')));
  const order: KeysetOrder = {
    key: SORT_KEYS[ask.sort],
    id: sql<number>`workload.workload_id`,
    direction: ask.direction,
  };
  const page = filtered
    .where(ask.after === undefined ? sql<SqlBool>`true` : after(order, ask.after))
    .select([...columns(), order.key.as('sortedBy')])
    .orderBy(orderBy(order))
    .limit(ask.limit + 1);
  return cutPage(await run(tx, page), ask.limit, counted[0]?.total ?? 0);
}

/** One workload by its id; undefined where the tenant has no such workload. */
export async function getWorkload(tx: Tx, id: number): Promise<WorkloadRow | undefined> {
  const rows = await run(
    tx,
    joined()
      .where('workload.workload_id', '=', id)
      .select([...columns()]),
  );
  return rows[0];
}

function joined() {
  return statements()
    .selectFrom('workload')
    .innerJoin('cluster', 'cluster.cluster_id', 'workload.cluster_id');
}

function columns() {
  return [
    sql<number>`workload.workload_id`.as('id'),
    sql<string>`cluster.name`.as('cluster'),
    sql<string>`workload.namespace`.as('namespace'),
    sql<string>`workload.kind`.as('kind'),
    sql<string>`workload.name`.as('name'),
    sql<unknown>`workload.labels`.as('labels'),
    sql<number>`workload.first_hour`.as('firstHour'),
    sql<number>`workload.last_hour`.as('lastHour'),
    sql<readonly string[]>`array(
      select wc.container from wc where wc.workload_id = workload.workload_id
      order by wc.container collate "C")`.as('containers'),
  ] as const;
}

const SORT_KEYS: Readonly<Record<WorkloadSort, RawBuilder<SortValue>>> = {
  name: tupleText([
    sql<string>`cluster.name`,
    sql<string>`workload.namespace`,
    sql<string>`workload.name`,
    sql<string>`workload.kind`,
  ]),
  lastHour: sql`workload.last_hour::float8`,
};
