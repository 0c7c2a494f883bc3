import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from '../connect/index.ts';
import { run } from './builder.ts';
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
import {
  namedRecommendationsAt,
  type RecommendationRow,
  recommendationColumns,
  recommendationsAt,
} from './recommendation-row.ts';

/** What recommendations can be sorted by. */
export type RecommendationSort =
  | 'name'
  | 'cpuChange'
  | 'memoryChange'
  | 'cpuCurrent'
  | 'memoryCurrent'
  | 'cpuRecommended'
  | 'memoryRecommended'
  | 'minutesAboveRequest';

/** `partial`: one of CPU and memory is recommended, the other withheld. */
export type RecommendationStatusFilter = 'recommended' | 'partial' | 'withheld';

/** One page of the recommendations visible at one run. */
export interface RecommendationsAsk extends PageAsk {
  /** Pages of one list name the same run, so a run committed in between changes nothing. */
  readonly runId: number;
  readonly sort: RecommendationSort;
  readonly filter: WorkloadFilter & { readonly status?: RecommendationStatusFilter | undefined };
}

/** The page, sorted, and the number of recommendations that pass the filter. */
export async function listRecommendations(
  tx: Tx,
  ask: RecommendationsAsk,
): Promise<RowPage<RecommendationRow>> {
  const filtered = namedRecommendationsAt(ask.runId).where(conditionsOf(ask));
  const counted = await run(tx, countable(ask).select(sql<number>`count(*)`.as('total')));
  const order: KeysetOrder = {
    key: SORT_KEYS[ask.sort],
    id: sql<number>`rec.wc_id`,
    direction: ask.direction,
  };
  const page = filtered
    .where(ask.after === undefined ? sql<SqlBool>`true` : after(order, ask.after))
    .select([...recommendationColumns(), order.key.as('sortedBy')])
    .orderBy(orderBy(order))
    .limit(ask.limit + 1);
  return cutPage(await run(tx, page), ask.limit, counted[0]?.total ?? 0);
}

/** What is to be counted: without the names where no filter needs them, which is five times as fast. */
function countable(ask: RecommendationsAsk) {
  const needsNames = workloadConditions(ask.filter).length > 0;
  const visible = needsNames ? namedRecommendationsAt(ask.runId) : recommendationsAt(ask.runId);
  return visible.where(conditionsOf(ask));
}

function conditionsOf(ask: RecommendationsAsk): RawBuilder<SqlBool> {
  const conditions = workloadConditions(ask.filter);
  const status = ask.filter.status;
  return all(status === undefined ? conditions : [...conditions, STATUS[status]]);
}

// The controller writes these columns and the verdicts in the evidence from one result: null = withheld.
const STATUS: Readonly<Record<RecommendationStatusFilter, RawBuilder<SqlBool>>> = {
  recommended: sql`(rec.cpu_request_m is not null and rec.memory_request is not null)`,
  partial: sql`((rec.cpu_request_m is null) <> (rec.memory_request is null))`,
  withheld: sql`(rec.cpu_request_m is null and rec.memory_request is null)`,
};

const CPU_CURRENT = evidenceNumber(['currentSizes', 'cpuRequest']);
const MEMORY_CURRENT = evidenceNumber(['currentSizes', 'memoryRequest']);

const SORT_KEYS: Readonly<Record<RecommendationSort, RawBuilder<SortValue>>> = {
  name: tupleText([
    sql<string>`cluster.name`,
    sql<string>`workload.namespace`,
    sql<string>`workload.name`,
    sql<string>`wc.container`,
  ]),
  cpuChange: relativeChange(sql`rec.cpu_request_m`, CPU_CURRENT),
  memoryChange: relativeChange(sql`rec.memory_request::float8`, MEMORY_CURRENT),
  cpuCurrent: CPU_CURRENT,
  memoryCurrent: MEMORY_CURRENT,
  cpuRecommended: sql`rec.cpu_request_m`,
  memoryRecommended: sql`rec.memory_request::float8`,
  minutesAboveRequest: evidenceNumber(['proof', 'cpu', 'minutesAboveRequestPerDay']),
};

function evidenceNumber(path: readonly string[]): RawBuilder<number | null> {
  return sql<number | null>`(rec.evidence #>> ${sql.lit(`{${path.join(',')}}`)})::float8`;
}

function relativeChange(
  recommended: RawBuilder<unknown>,
  current: RawBuilder<unknown>,
): RawBuilder<number | null> {
  return sql<number | null>`(${recommended} / nullif(${current}, 0) - 1)`;
}
