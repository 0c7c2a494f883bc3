/**
 * What an answer means for the batch. The API's answers and what is done:
 *
 *   2xx, readable          taken: `sent`, or `duplicate` where the API had it already (header
 *                          `trimtab-batch`); points it dropped are counted, never sent again
 *   2xx, unreadable        `retry`: nobody vouches that it was committed, and a repeat is harmless
 *   409                    `conflict`: the name was used for other bytes; sealed anew
 *   400 413 415            `refused`: they speak of the batch's own bytes, which never change
 *   connection broken      `retry`
 *   anything else          `retry`, not before Retry-After: it speaks of the sender (401, 403: a certificate that ran
 *                          out or a cluster that is not registered yet), of the way (3xx, 404, 405, 408) or of the
 *                          server (5xx), all of which can be mended while the batch waits
 */
import { retryAfterMs } from '@trimtab/daemon';
import { decodeExportResponse, decodeStatus } from '@trimtab/wire/otlp';
import type { Reply } from './transport.ts';

/** What became of one attempt to send a batch. */
export type SendOutcome =
  | {
      readonly kind: 'sent' | 'duplicate';
      /** Points the API dropped for good, and why. */
      readonly rejectedPoints: number;
      readonly message: string;
    }
  | { readonly kind: 'retry'; readonly afterMs: number | undefined; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'conflict' };

const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415]);
/** A mistaken Retry-After must not silence an agent for a day. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** Judges a reply. `nowMs` is the wall time, for a Retry-After that names a date. */
export function outcomeOf(reply: Reply, nowMs: number): SendOutcome {
  if (reply.kind === 'broken') return { kind: 'retry', afterMs: undefined, reason: reply.reason };
  const { status, headers } = reply;
  if (status >= 200 && status < 300) return takenOutcome(reply);
  if (status === 409) return { kind: 'conflict' };
  const reason = `${status} ${statusMessage(reply)}`.trimEnd();
  if (REFUSALS.has(status)) return { kind: 'refused', reason };
  const afterMs = retryAfterMs(headers['retry-after'], nowMs);
  const capped = afterMs === undefined ? undefined : Math.min(afterMs, MAX_RETRY_AFTER_MS);
  return { kind: 'retry', afterMs: capped, reason };
}

type Answer = Extract<Reply, { kind: 'answer' }>;

function takenOutcome({ status, headers, body }: Answer): SendOutcome {
  const unread = (why: string): SendOutcome => ({
    kind: 'retry',
    afterMs: undefined,
    reason: `${status} with ${why}; expected an OTLP export response`,
  });
  if (body === undefined) return unread('more than 4 MiB');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    return unread('a content coding nobody asked for');
  try {
    const { rejectedDataPoints, errorMessage } = decodeExportResponse(body);
    const isDuplicate = headers['trimtab-batch'] === 'duplicate';
    return {
      kind: isDuplicate ? 'duplicate' : 'sent',
      rejectedPoints: rejectedDataPoints,
      message: cut(errorMessage),
    };
  } catch {
    // Not our API, or not all of its answer.
    return unread('an unreadable body');
  }
}

/** The text of a google.rpc.Status; empty where the body is something else, such as a proxy's page. */
function statusMessage({ body }: Answer): string {
  if (body === undefined) return '';
  try {
    return cut(decodeStatus(body).message);
  } catch {
    return '';
  }
}

/** Texts from outside end up in log lines. */
function cut(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
