/**
 * Cursors: opaque to clients, and bound to the list they came from. A cursor holds the place where its page ended,
 * the run it read (so that a list does not change under a reader) and a mark of list, order and filter.
 */
import { createHash } from 'node:crypto';
import type { Place } from '@trimtab/store/answer';
import { ApiError } from '../errors.ts';

/** Where a list goes on. */
export interface CursorState {
  readonly place: Place;
  /** The run whose recommendations are listed; undefined for lists that have none. */
  readonly runId: number | undefined;
}

const VERSION = 1;
const MARK_CHARACTERS = 16;

/** What a cursor is bound to: the list's name and all that shapes it but `limit` and `cursor`. */
export type ListShape = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes a cursor. */
export function writeCursor(shape: ListShape, { place, runId }: CursorState): string {
  const json = JSON.stringify([VERSION, markOf(shape), runId ?? null, place.value, place.id]);
  return Buffer.from(json).toString('base64url');
}

/** Reads a cursor. Throws TT_API_CURSOR where it is broken or belongs to another list. */
export function readCursor(shape: ListShape, text: string): CursorState {
  const parts = parse(text);
  const [version, mark, runId, value, id] = parts ?? [];
  if (version !== VERSION || parts?.length !== 5) throw unusable('is broken');
  if (mark !== markOf(shape)) throw unusable('belongs to another list, order or filter');
  const isRun = runId === null || (typeof runId === 'number' && Number.isSafeInteger(runId));
  if (!isRun || !isSortValue(value) || typeof id !== 'number' || !Number.isSafeInteger(id)) {
    throw unusable('is broken');
  }
  return { place: { value, id }, runId: runId ?? undefined };
}

function parse(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSortValue(value: unknown): value is Place['value'] {
  if (typeof value === 'string') return !value.includes('\0');
  return value === null || (typeof value === 'number' && Number.isFinite(value));
}

function markOf(shape: ListShape): string {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash('sha256').update(JSON.stringify(entries)).digest('base64url');
  return digest.slice(0, MARK_CHARACTERS);
}

function unusable(why: string): ApiError {
  return new ApiError(
    'TT_API_CURSOR',
    `cursor: found one that ${why}; expected the field next of the page before, with the same parameters: begin again without a cursor`,
  );
}
