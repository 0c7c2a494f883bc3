/** What one code means to a client and to an operator. */
interface ErrorKind {
  /** HTTP status of the answer; 0 where the error never reaches a client. */
  readonly status: number;
  /** The kind of trouble in a few words, the same for every occurrence. */
  readonly title: string;
  /** One sentence for the reference of errors. */
  readonly meaning: string;
}

/** The stable codes of this package: the agents' listener, the people's listener, and setting up. */
export const API_ERRORS = {
  TT_INGEST_CERTIFICATE: {
    status: 403,
    title: 'Certificate names no agent',
    meaning: 'The client certificate does not name tenant, cluster and node in exactly one URI.',
  },
  TT_INGEST_CERTIFICATE_EXPIRED: {
    status: 401,
    title: 'Certificate expired',
    meaning: 'The client certificate ran out, or is not valid yet, while its connection was open.',
  },
  TT_INGEST_UNKNOWN_CLUSTER: {
    status: 403,
    title: 'Unknown cluster',
    meaning: 'The tenant of the certificate has no such cluster.',
  },
  TT_INGEST_NOT_FOUND: {
    status: 404,
    title: 'No such path',
    meaning: 'The agents’ listener serves /v1/metrics only.',
  },
  TT_INGEST_METHOD: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The agents’ listener takes POST only.',
  },
  TT_INGEST_CONTENT_TYPE: {
    status: 415,
    title: 'Content type not supported',
    meaning: 'A push is not application/x-protobuf.',
  },
  TT_INGEST_CONTENT_ENCODING: {
    status: 415,
    title: 'Content encoding not supported',
    meaning: 'A push is compressed otherwise than by gzip or zstd, or more than once.',
  },
  TT_INGEST_TOO_LARGE: {
    status: 413,
    title: 'Too large',
    meaning: 'A push is above a limit: compressed, uncompressed, their ratio, or what it holds.',
  },
  TT_INGEST_CORRUPT: {
    status: 400,
    title: 'Broken body',
    meaning: 'The bytes of a push do not unpack, or end too early.',
  },
  TT_INGEST_UNDECODABLE: {
    status: 400,
    title: 'Undecodable',
    meaning: 'A push is no valid OTLP metrics request, or the batch’s identity in it is broken.',
  },
  TT_INGEST_NO_IDENTITY: {
    status: 400,
    title: 'No batch identity',
    meaning:
      'A push carries no trimtab.batch.* attributes. Senders other than the agent are not taken yet.',
  },
  TT_INGEST_SEALED_AHEAD: {
    status: 400,
    title: 'Sealed in the future',
    meaning: 'A batch was sealed on a day that is more than one day ahead of the server’s.',
  },
  TT_INGEST_CONFLICT: {
    status: 409,
    title: 'Other bytes under this identity',
    meaning:
      'Another batch was stored under the same agent, epoch, sequence number and sealed day.',
  },
  TT_INGEST_UNSTORABLE: {
    status: 400,
    title: 'Refused by the database',
    meaning: 'PostgreSQL refuses the values of a push for good; repeating it would not help.',
  },
  TT_INGEST_BUSY: {
    status: 503,
    title: 'Busy',
    meaning: 'The queue before the database, or the memory for pushes, is full; repeat later.',
  },
  TT_INGEST_UNAVAILABLE: {
    status: 503,
    title: 'Database unavailable',
    meaning: 'The push was not committed in time or PostgreSQL cannot be used; repeat later.',
  },
  TT_INGEST_FAULT: {
    status: 503,
    title: 'Fault of the server',
    meaning:
      'The server failed in a way that was not foreseen; its log has the reason. Repeat later.',
  },
  TT_API_CREDENTIALS: {
    status: 401,
    title: 'No credentials',
    meaning: 'A request has no Authorization: Bearer header.',
  },
  TT_API_KEY: {
    status: 401,
    title: 'Key not accepted',
    meaning: 'The API key is mistyped, unknown, expired or revoked.',
  },
  TT_API_RIGHTS: {
    status: 403,
    title: 'Not allowed',
    meaning: 'The role of the API key does not include what was asked for.',
  },
  TT_API_REQUEST: {
    status: 400,
    title: 'Invalid request',
    meaning: 'A parameter is unknown, missing or outside its range.',
  },
  TT_API_CURSOR: {
    status: 400,
    title: 'Cursor not usable',
    meaning: 'The cursor is broken, or belongs to another list, order or filter.',
  },
  TT_API_NOT_FOUND: {
    status: 404,
    title: 'Not found',
    meaning: 'There is no such path, or no such item for the tenant of the key.',
  },
  TT_API_METHOD: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists but does not take this method.',
  },
  TT_API_UNAVAILABLE: {
    status: 503,
    title: 'Database unavailable',
    meaning: 'PostgreSQL cannot be used now; repeat later.',
  },
  TT_API_FAULT: {
    status: 500,
    title: 'Fault of the server',
    meaning: 'The server failed in a way that was not foreseen; its log has the reason.',
  },
  TT_API_SETUP: {
    status: 0,
    title: 'Cannot start',
    meaning: 'A file, a secret or a certificate that the API needs is missing or not usable.',
  },
  TT_API_LISTEN: {
    status: 0,
    title: 'Cannot listen',
    meaning: 'An address that the API should listen on cannot be had.',
  },
  TT_API_AUTHORITY: {
    status: 0,
    title: 'Certificate authority',
    meaning: 'A certificate authority cannot be read, or was asked for a name it must not certify.',
  },
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** A stable code of this package. */
export type ApiErrorCode = keyof typeof API_ERRORS;

/** One wrong part of a request. */
export interface WrongPart {
  /** Where: `query.limit`. */
  readonly at: string;
  readonly message: string;
}

/** An error of this package: `code` is stable, `message` says what was found, what was expected and what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  /** Every wrong part of a request, where it is that. */
  readonly parts: readonly WrongPart[];
  /** Further headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ApiErrorCode,
    message: string,
    options: {
      readonly cause?: unknown;
      readonly parts?: readonly WrongPart[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.parts = options.parts ?? [];
    this.headers = options.headers ?? {};
  }

  /** HTTP status of the answer. */
  get status(): number {
    return API_ERRORS[this.code].status;
  }
}
