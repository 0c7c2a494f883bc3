import { encodeExportResponse, encodeStatus } from '@trimtab/wire/otlp';
import { API_ERRORS, ApiError, type ApiErrorCode } from '../errors.ts';
import type { CommitAnswer } from './group-commit.ts';
import type { PreparedPush } from './prepare-push.ts';

/** An answer of the agents' listener: always protobuf. */
export interface PushAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The outcome as it is counted: a kind, or an error's code. */
  readonly outcome: string;
}

/** Media type of requests and answers. */
export const PROTOBUF = 'application/x-protobuf';

/** google.rpc.Code by HTTP status; what is not here is UNKNOWN. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 5, // NOT_FOUND
  405: 12, // google.rpc.Code: the method is not served
  409: 6, // ALREADY_EXISTS
  413: 8, // RESOURCE_EXHAUSTED
  415: 3, // INVALID_ARGUMENT
  503: 14, // UNAVAILABLE
};
const RPC_UNKNOWN = 2;
const MOST_MESSAGE_CHARACTERS = 2000;

/** The answer to an empty request. */
export function answerEmpty(): PushAnswer {
  return accepted('empty', { rejectedDataPoints: 0, errorMessage: '' });
}

/**
 * The answer to a push that was settled. Too old is answered as a partial success that rejects everything: the
 * points are lost for good, repeating would not help, and the sender counts them. Throws the ApiError otherwise.
 */
export function answerPush(push: PreparedPush, answer: CommitAnswer): PushAnswer {
  switch (answer.kind) {
    case 'stored':
      return accepted('stored', {
        rejectedDataPoints: push.rejected,
        errorMessage: push.rejections.map(inWords).join('; ').slice(0, MOST_MESSAGE_CHARACTERS),
      });
    case 'duplicate': {
      const rejected = answer.rejected ?? 0;
      const told = `${rejected} points were rejected when this batch was first received`;
      return accepted('duplicate', {
        rejectedDataPoints: rejected,
        errorMessage: rejected === 0 ? '' : told,
      });
    }
    case 'too-old':
      return accepted('too-old', {
        rejectedDataPoints: push.points,
        errorMessage: `sealed day ${push.identity.sealedDay} is no longer kept, so whether this batch was stored before is not known; all of it was dropped`,
      });
    case 'conflict':
      throw conflict(push);
    case 'busy':
      throw new ApiError('TT_INGEST_BUSY', 'the queue before the database is full: repeat later');
    case 'unavailable':
      throw new ApiError(
        'TT_INGEST_UNAVAILABLE',
        'the batch is not known to be committed: repeat it unchanged',
        { cause: answer.error },
      );
    case 'unstorable':
      throw new ApiError(
        'TT_INGEST_UNSTORABLE',
        `batch ${push.identity.seq}: the database refuses its values; expected values within the ranges of the schema: report this with the server's log`,
        { cause: answer.error },
      );
  }
}

/** The answer to a push that failed. `retryAfterSeconds` is told with 503. */
export function answerError(error: ApiError, retryAfterSeconds: number): PushAnswer {
  const { status, title } = API_ERRORS[error.code];
  const message = `${error.code}: ${title}: ${error.message}`.slice(0, MOST_MESSAGE_CHARACTERS);
  return {
    status,
    headers: {
      ...error.headers,
      'trimtab-code': error.code,
      ...(status === 503 ? { 'retry-after': String(retryAfterSeconds) } : {}),
    },
    body: encodeStatus({ code: RPC_CODES[status] ?? RPC_UNKNOWN, message }),
    outcome: error.code,
  };
}

/** Codes after which the rest of the request is not worth reading, so the connection is closed. */
export function endsConnection(code: ApiErrorCode): boolean {
  return ENDING.has(code);
}

const ENDING: ReadonlySet<ApiErrorCode> = new Set([
  'TT_INGEST_CERTIFICATE',
  'TT_INGEST_CERTIFICATE_EXPIRED',
  'TT_INGEST_UNKNOWN_CLUSTER',
  'TT_INGEST_CONTENT_TYPE',
  'TT_INGEST_CONTENT_ENCODING',
  'TT_INGEST_TOO_LARGE',
]);

function accepted(
  outcome: string,
  partial: { readonly rejectedDataPoints: number; readonly errorMessage: string },
): PushAnswer {
  return {
    status: 200,
    headers: { 'trimtab-batch': outcome },
    body: encodeExportResponse(partial),
    outcome,
  };
}

function inWords(rejection: { code: string; count: number; example: string }): string {
  return `${rejection.code} x ${rejection.count}: ${rejection.example}`;
}

function conflict(push: PreparedPush): ApiError {
  const { epoch, seq, sealedDay } = push.identity;
  return new ApiError(
    'TT_INGEST_CONFLICT',
    `batch epoch ${epoch.toString(16).padStart(16, '0')}, seq ${seq}, sealed day ${sealedDay}: found other bytes stored under this identity; ` +
      'expected byte-identical repeats: seal the batch again under a new epoch',
  );
}
