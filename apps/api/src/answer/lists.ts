import type { Direction, Place, RowPage } from '@trimtab/store/answer';
import type { Page } from '@trimtab/wire/rest';
import { type CursorState, type ListShape, readCursor, writeCursor } from './cursor.ts';
import type { PagingQuery } from './schemas.ts';

const DEFAULT_LIMIT = 50;

/** What one request asks of a list. */
export interface ListAsk {
  readonly shape: ListShape;
  readonly limit: number;
  readonly direction: Direction;
  readonly after: Place | undefined;
  /** The run that the page before read. */
  readonly runId: number | undefined;
}

/** Reads paging parameters. `shape` names the list and holds all its parameters. Throws TT_API_CURSOR. */
export function listAsk(list: string, query: PagingQuery & ListShape): ListAsk {
  const { limit, cursor, ...rest } = query;
  const direction = query.order ?? 'asc';
  const shape: ListShape = { ...rest, list, order: direction };
  const state: CursorState | undefined =
    cursor === undefined ? undefined : readCursor(shape, cursor);
  return {
    ...{ shape, direction },
    limit: limit ?? DEFAULT_LIMIT,
    after: state?.place,
    runId: state?.runId,
  };
}

/** A page of views out of a page of rows. */
export function pageOf<R, V>(
  ask: ListAsk,
  page: RowPage<R>,
  view: (row: R) => V | undefined,
  runId?: number,
): Page<V> {
  return {
    items: page.rows.map(view).filter((item) => item !== undefined),
    next: page.end === undefined ? null : writeCursor(ask.shape, { place: page.end, runId }),
    total: page.total,
  };
}
