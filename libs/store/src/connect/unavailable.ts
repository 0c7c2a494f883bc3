import { StoreError } from '../errors.ts';

/** SQLSTATE classes that say "not now": connection, resources, operator intervention. */
const CLASSES = ['08', '53', '57P'];

/**
 * Single SQLSTATEs of the same kind: serialization failure, deadlock, lock not to be had in time,
 * idle in a transaction for too long, read-only (an old primary after a failover), statement timeout.
 */
const STATES = ['40001', '40P01', '55P03', '25P03', '25006', '57014'];

const SYSTEM_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
];

/** What the driver says, without a code, when a connection is gone. */
const DRIVER_MESSAGES = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
  'Query read timeout',
  'timeout expired',
];

/**
 * Whether the same work may succeed later: the connection was refused, lost or timed out, the server
 * is starting, stopping, full or read-only, or a lock or a serializable snapshot was not to be had.
 * Follows `cause`. False for everything else, so for bad SQL, violated constraints and refused rights.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof StoreError) {
    return error.code === 'TT_STORE_UNAVAILABLE' || error.code === 'TT_STORE_BUSY';
  }
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true;
  const state = sqlState(error);
  if (state !== undefined) {
    return STATES.includes(state) || CLASSES.some((start) => state.startsWith(start));
  }
  return isConnectionLoss(error) || isUnavailable(error.cause);
}

/** A server that only reads: after a failover the old primary, to which a busy pool would stay connected for ever. */
const READ_ONLY = '25006';

/** Whether the connection the error came from must not be used again. */
export function endsConnection(error: unknown): boolean {
  if (isConnectionLoss(error) || sqlState(error) === READ_ONLY) return true;
  return error instanceof Error && isFatal(error);
}

/** Whether the driver or the system lost the connection, as opposed to an answer of the server. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isConnectionLoss)) return true;
  const code = codeOf(error);
  if (code !== undefined && SYSTEM_CODES.includes(code)) return true;
  return DRIVER_MESSAGES.some((start) => error.message.startsWith(start));
}

/** Whether the two sides could not agree on TLS, or this side does not trust the server's certificate. */
export function isTlsRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.message === NO_TLS) return true;
  return TLS_CODES.test(codeOf(error) ?? '');
}

/** The driver's words for a server that has TLS switched off; it has no code for it. */
const NO_TLS = 'The server does not support SSL connections';

/** Codes of Node.js and, for a certificate's flaws, of OpenSSL. */
const TLS_CODES = /^ERR_(TLS|SSL)_|CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE/;

/** The SQLSTATE of an error that PostgreSQL answered with, else undefined. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error)) return undefined;
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function isFatal(error: Error): boolean {
  return 'severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC');
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
