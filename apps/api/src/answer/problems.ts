import { isUnavailable } from '@trimtab/store';
import type { Problem } from '@trimtab/wire/rest';
import { API_ERRORS, ApiError, type ApiErrorCode, type WrongPart } from '../errors.ts';

/** Media type of every answer that is not 2xx or 304. */
export const PROBLEM_JSON = 'application/problem+json';

/** Path below which each code has a page, so that the `type` of a problem leads somewhere. */
export const PROBLEMS_PATH = '/problems';

/** What Fastify says of one wrong part of a request. */
interface Complaint {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The problem of an error, for one request. */
export function problemOf(error: ApiError, requestId: string): Problem {
  const { status, title } = API_ERRORS[error.code];
  return {
    type: `${PROBLEMS_PATH}/${error.code}`,
    ...{ title, status, code: error.code, detail: error.message },
    instance: `urn:uuid:${requestId}`,
    ...(error.parts.length === 0 ? {} : { errors: error.parts }),
  };
}

/** The page about a code in plain text; undefined where there is no such code. */
export function problemPage(code: string): string | undefined {
  if (!isCode(code)) return undefined;
  const { status, title, meaning } = API_ERRORS[code];
  return `${code} (HTTP ${status}): ${title}\n${meaning}\n`;
}

/** Turns whatever was thrown while answering into an error with a code. */
export function knownError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const complaints = complaintsOf(error);
  if (complaints !== undefined) return wrongRequest(complaints);
  if (isUnavailable(error)) {
    return new ApiError('TT_API_UNAVAILABLE', 'the database cannot be used now: repeat later', {
      cause: error,
      headers: { 'retry-after': '5' },
    });
  }
  if (isClientFault(error)) {
    return new ApiError('TT_API_REQUEST', `${error.message}; expected a valid HTTP request`, {
      cause: error,
    });
  }
  return new ApiError('TT_API_FAULT', 'the server’s log has the reason under this instance', {
    cause: error,
  });
}

function complaintsOf(error: unknown): { where: string; all: readonly Complaint[] } | undefined {
  if (!(error instanceof Error) || !('validation' in error)) return undefined;
  if (!Array.isArray(error.validation)) return undefined;
  const context = 'validationContext' in error ? error.validationContext : undefined;
  return { where: context === 'params' ? 'path' : 'query', all: error.validation };
}

function wrongRequest({ where, all }: { where: string; all: readonly Complaint[] }): ApiError {
  const parts: WrongPart[] = all.map((complaint) => ({
    at: [where, ...namesIn(complaint)].join('.'),
    message: expectation(complaint),
  }));
  const detail = parts.map((part) => `${part.at} ${part.message}`).join('; ');
  return new ApiError('TT_API_REQUEST', detail, { parts });
}

function namesIn({ instancePath, params }: Complaint): string[] {
  const extra = params['additionalProperty'];
  const names = instancePath.split('/').filter((part) => part !== '');
  return typeof extra === 'string' ? [...names, extra.slice(0, 100)] : names;
}

function expectation({ keyword, message, params }: Complaint): string {
  if (keyword === 'additionalProperties') return 'is not a parameter of this path';
  const allowed = params['allowedValues'];
  const list = Array.isArray(allowed) ? `: ${allowed.join(', ')}` : '';
  return `${message ?? 'is not valid'}${list}`;
}

function isClientFault(error: unknown): error is Error {
  if (!(error instanceof Error) || !('statusCode' in error)) return false;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
}

function isCode(text: string): text is ApiErrorCode {
  return Object.hasOwn(API_ERRORS, text);
}
