import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Label that marks usage which was made up rather than recorded. */
export const SYNTHETIC_LABEL = 'trimtab.dev/synthetic';

/** Which workloads a list is about; an absent field filters nothing. */
export interface WorkloadFilter {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly kind?: string | undefined;
  /** Text that the workload's name contains, whatever its case. */
  readonly workload?: string | undefined;
  readonly synthetic?: boolean | undefined;
}

/** The filter as conditions on the tables `cluster` and `workload`. */
export function workloadConditions(filter: WorkloadFilter): RawBuilder<SqlBool>[] {
  const conditions: RawBuilder<SqlBool>[] = [];
  if (filter.cluster !== undefined) conditions.push(sql`cluster.name = ${filter.cluster}`);
  if (filter.namespace !== undefined)
    conditions.push(sql`workload.namespace = ${filter.namespace}`);
  if (filter.kind !== undefined) conditions.push(sql`workload.kind = ${filter.kind}`);
  if (filter.workload !== undefined) {
    conditions.push(sql`strpos(lower(workload.name), lower(${filter.workload})) > 0`);
  }
  if (filter.synthetic !== undefined) conditions.push(sql`${isSynthetic()} = ${filter.synthetic}`);
  return conditions;
}

/** Whether a workload's usage is marked as made up. */
export function isSynthetic(): RawBuilder<boolean> {
  return sql<boolean>`(coalesce(workload.labels ->> ${sql.lit(SYNTHETIC_LABEL)}, '') = 'true')`;
}

/** All conditions at once; true where there are none. */
export function all(conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> {
  return conditions.length === 0 ? sql<SqlBool>`true` : sql.join(conditions, sql` and `);
}
