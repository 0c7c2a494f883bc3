/** The stable codes of this package's errors. */
export type TraceErrorCode =
  | 'TT_TRACE_ALLOCATION'
  | 'TT_TRACE_CORRUPT'
  | 'TT_TRACE_EMPTY'
  | 'TT_TRACE_HEADER'
  | 'TT_TRACE_META'
  | 'TT_TRACE_MISSING'
  | 'TT_TRACE_NUMBER'
  | 'TT_TRACE_ORDER'
  | 'TT_TRACE_ROW'
  | 'TT_TRACE_SAMPLES'
  | 'TT_TRACE_STEP'
  | 'TT_TRACE_TRUNCATED';

/** Where in a file something was found. */
export interface TracePlace {
  readonly path: string;
  /** Line in the file, from 1; absent when the file as a whole is meant. */
  readonly line?: number;
  /** The column's name, where one field is meant. */
  readonly column?: string;
}

/**
 * A trace file that cannot be used. Whatever was read from it before is not to be trusted: a reader
 * that throws has not read the whole recording.
 */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code: TraceErrorCode;
  readonly place: TracePlace;

  constructor(code: TraceErrorCode, place: TracePlace, what: string, options?: ErrorOptions) {
    super(`${placeText(place)}: ${what}`, options);
    this.code = code;
    this.place = place;
  }
}

function placeText({ path, line, column }: TracePlace): string {
  const inLine = line === undefined ? '' : `, line ${line}`;
  const inColumn = column === undefined ? '' : `, column ${column}`;
  return `${path}${inLine}${inColumn}`;
}
