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

/** The recommendations visible at `runId`, joined with their names; filters and order are the caller's. */
export function recommendationsAt(runId: number) {
  return statements()
    .selectFrom('rec')
    .innerJoin('wc', (join) =>
      join.onRef('wc.wc_id', '=', 'rec.wc_id').onRef('wc.shard', '=', 'rec.shard'),
    )
    .innerJoin('workload', 'workload.workload_id', 'wc.workload_id')
    .innerJoin('cluster', 'cluster.cluster_id', 'workload.cluster_id')
    .where('rec.from_run', '<=', runId)
    .where(sql<boolean>`(rec.to_run is null or rec.to_run > ${runId}::int8)`);
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
