import { sql } from 'kysely';
import { statements } from './builder.ts';
import { isSynthetic } from './filter.ts';

/** A recommendation in force, with the names of what it is for. */
export interface RecommendationRow {
  /** The workload container's id. */
  readonly id: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly workload: string;
  readonly container: string;
  /** JSON as stored. */
  readonly labels: unknown;
  readonly synthetic: boolean;
  readonly preset: string;
  /** JSON as the controller wrote it. */
  readonly evidence: unknown;
  /** The run that wrote it. */
  readonly runId: number;
}

/** The recommendations visible at `runId` alone, without their names. */
export function recommendationsAt(runId: number) {
  return statements()
    .selectFrom('rec')
    .where('rec.from_run', '<=', runId)
    .where(sql<boolean>`(rec.to_run is null or rec.to_run > ${runId}::int8)`);
}

/**
 * The same joined with their names; filters and order are the caller's. The shard is no part of the join: the
 * planner would take it for a second, independent condition and reckon with a 256th of the rows.
 */
export function namedRecommendationsAt(runId: number) {
  return recommendationsAt(runId)
    .innerJoin('wc', 'wc.wc_id', 'rec.wc_id')
    .innerJoin('workload', 'workload.workload_id', 'wc.workload_id')
    .innerJoin('cluster', 'cluster.cluster_id', 'workload.cluster_id');
}

/** The columns of a `RecommendationRow`. */
export function recommendationColumns() {
  return [
    sql<number>`rec.wc_id`.as('id'),
    sql<string>`cluster.name`.as('cluster'),
    sql<string>`workload.namespace`.as('namespace'),
    sql<string>`workload.kind`.as('kind'),
    sql<string>`workload.name`.as('workload'),
    sql<string>`wc.container`.as('container'),
    sql<unknown>`workload.labels`.as('labels'),
    isSynthetic().as('synthetic'),
    sql<string>`rec.preset`.as('preset'),
    sql<unknown>`rec.evidence`.as('evidence'),
    sql<number>`rec.from_run`.as('runId'),
  ] as const;
}
