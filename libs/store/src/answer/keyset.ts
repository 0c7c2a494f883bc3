/**
 * Paging by key. A page begins after the last item of the one before it, named by its sort value and its id,
 * so a list stays complete and free of repeats while rows come and go. Absent values stand last in both
 * directions; the id breaks ties upwards in both, so one place has one meaning.
 */
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';

/** Which way a list runs. */
export type Direction = 'asc' | 'desc';

/** What a list is sorted by: a number or a text; null is absent. */
export type SortValue = number | string | null;

/** The last item of a page. */
export interface Place {
  readonly value: SortValue;
  readonly id: number;
}

/** How one list is ordered: by `key`, then by `id`. */
export interface KeysetOrder {
  readonly key: RawBuilder<SortValue>;
  readonly id: RawBuilder<number>;
  readonly direction: Direction;
}

/** True for the items that come after `place`. */
export function after(order: KeysetOrder, place: Place): Expression<SqlBool> {
  const { key, id } = order;
  const later = sql<SqlBool>`${id} > ${place.id}::int8`;
  if (place.value === null) return sql<SqlBool>`(${key} is null and ${later})`;
  const value =
    typeof place.value === 'number' ? sql`${place.value}::float8` : sql`${place.value}::text`;
  const beyond = order.direction === 'asc' ? sql`>` : sql`<`;
  return sql<SqlBool>`(${key} ${beyond} ${value} or ${key} is null or (${key} = ${value} and ${later}))`;
}

/** The `order by` list that `after` goes with. */
export function orderBy(order: KeysetOrder): RawBuilder<unknown> {
  const direction = order.direction === 'asc' ? sql`asc` : sql`desc`;
  return sql`${order.key} ${direction} nulls last, ${order.id} asc`;
}

/** What every list takes. */
export interface PageAsk {
  /** Most items, 1 to 500. */
  readonly limit: number;
  readonly direction: Direction;
  /** Where the page before ended; undefined for the first page. */
  readonly after: Place | undefined;
}

/** One page of rows and where it ended. */
export interface RowPage<R> {
  readonly rows: readonly R[];
  /** Undefined on the last page. */
  readonly end: Place | undefined;
  /** Rows of the whole list. */
  readonly total: number;
}

/** A row that carries what it was sorted by. */
export interface SortedRow {
  readonly id: number;
  readonly sortedBy: SortValue;
}

/** Cuts a page out of rows that were read with one more than the limit. */
export function cutPage<R extends SortedRow>(
  rows: readonly R[],
  limit: number,
  total: number,
): RowPage<R> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { rows: kept, end: hasMore ? { value: last.sortedBy, id: last.id } : undefined, total };
}

/** Several names as one text that sorts as the tuple of them would, by code point. */
export function tupleText(parts: readonly RawBuilder<string>[]): RawBuilder<string> {
  return sql<string>`concat_ws(chr(1), ${sql.join(parts)}) collate "C"`;
}
