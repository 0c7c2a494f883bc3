/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque cursor of the next page, to be sent back as `cursor`; null on the last page. */
  readonly next: string | null;
  /** Items in the whole list as filtered, all pages together. */
  readonly total: number;
}

/** The body of every answer of the people's listener that is not 2xx: RFC 9457, `application/problem+json`. */
export interface Problem {
  /** Address of the page about this kind of problem; `about:blank` where there is none. */
  readonly type: string;
  /** The kind of problem in a few words, the same for every occurrence. */
  readonly title: string;
  /** The HTTP status of this answer, 400 to 599. */
  readonly status: number;
  /** Our stable code, as listed in docs/reference/errors.md. */
  readonly code: string;
  /** This occurrence: found what, where, expected what, what to do; absent where the title says it all. */
  readonly detail?: string;
  /** Names this occurrence in the server's log. */
  readonly instance?: string;
  /** Each wrong part of the request, all at once; absent where the request as a whole is at fault. */
  readonly errors?: readonly ProblemEntry[];
}

/** One wrong part of a request. */
export interface ProblemEntry {
  /** Where: `query.limit`, `body.name`, ... */
  readonly at: string;
  /** What was found and what was expected. */
  readonly message: string;
}
