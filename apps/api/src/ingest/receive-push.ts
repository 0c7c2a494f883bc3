import type { Readable } from 'node:stream';
import type { Clock, Log } from '@trimtab/daemon';
import { isUnavailable } from '@trimtab/store';
import type { AgentIdentity } from '../auth/index.ts';
import { ApiError } from '../errors.ts';
import { answerEmpty, answerPush, type PushAnswer } from './answer-push.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { DecodePool } from './decode-pool.ts';
import type { GroupCommit } from './group-commit.ts';
import type { IngestLimits } from './limits.ts';
import type { Losses } from './losses.ts';
import type { IngestMetrics } from './metrics.ts';
import type { PreparedPush } from './prepare-push.ts';
import { type Encoding, readBody } from './read-body.ts';
import type { Sender, Senders } from './senders.ts';

/** What a push travels through. */
export interface Receiving {
  readonly senders: Senders;
  readonly decoding: DecodePool;
  readonly groups: GroupCommit;
  readonly budget: ByteBudget;
  readonly losses: Losses;
  readonly limits: IngestLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: IngestMetrics;
}

/** One push as it comes off the connection. */
export interface IncomingPush {
  readonly identity: AgentIdentity;
  readonly encoding: Encoding;
  readonly contentLength: number | undefined;
  readonly stream: Readable;
}

/**
 * Takes one push from its bytes to its commit: find the sender, read, decode, append, answer. An answer of 2xx
 * means that it is committed. Throws ApiError for everything that is answered otherwise.
 */
export async function receivePush(
  receiving: Receiving,
  incoming: IncomingPush,
): Promise<PushAnswer> {
  const { budget, limits, metrics } = receiving;
  const lease = budget.lease();
  try {
    const sender = await findSender(receiving.senders, incoming.identity);
    const message = await readBody(incoming.stream, { ...incoming, limits, lease });
    metrics.messageBytes.observe(message.byteLength);
    metrics.bytesInFlight.set(budget.takenBytes);
    const { decode, maxAgeMs, maxFutureMs } = limits;
    const push = await receiving.decoding.read(message, {
      nowMs: receiving.clock.now(),
      limits: { decode, maxAgeMs, maxFutureMs },
    });
    if (push === undefined) return answerEmpty();
    return await commitPush(receiving, sender, push);
  } finally {
    lease.release();
    metrics.bytesInFlight.set(budget.takenBytes);
  }
}

async function findSender(senders: Senders, identity: AgentIdentity): Promise<Sender> {
  try {
    return await senders.resolve(identity);
  } catch (cause) {
    if (!isUnavailable(cause)) throw cause;
    throw new ApiError('TT_INGEST_UNAVAILABLE', 'the database cannot be used: repeat later', {
      cause,
    });
  }
}

async function commitPush(
  receiving: Receiving,
  sender: Sender,
  push: PreparedPush,
): Promise<PushAnswer> {
  const { groups, metrics, log } = receiving;
  const { tenantId, clusterId, agentId } = sender;
  const { identity, digest, points, rejected, bodies } = push;
  const committing = groups.commit({
    ...{ tenantId, clusterId, agentId },
    ...{ identity, digest, points, rejected, bodies },
  });
  metrics.queuedPushes.set(groups.depth);
  const answer = await committing;
  metrics.queuedPushes.set(groups.depth);
  if (answer.kind === 'stored') {
    countPoints(metrics, push);
    tellLosses(receiving, sender, push);
  }
  if (answer.kind === 'conflict' || answer.kind === 'too-old') {
    const { epoch, seq, sealedDay } = identity;
    log.warn(`push-${answer.kind}`, {
      ...{ tenantId, clusterId, agentId },
      ...{ epoch: epoch.toString(16), seq, sealedDay },
    });
  }
  return answerPush(push, answer);
}

function countPoints(metrics: IngestMetrics, push: PreparedPush): void {
  metrics.points.add(push.points - push.rejected);
  for (const { code, count } of push.rejections) {
    metrics.rejectedPoints.add(count, { reason: code });
  }
}

/** What an agent lost on its side is said here too: counted, and logged where windows are gone for good. */
function tellLosses({ losses, metrics, log }: Receiving, sender: Sender, push: PreparedPush): void {
  if (push.counters === undefined) return;
  const { tenantId, clusterId, agentId } = sender;
  const fresh = losses.note(agentId, push.identity.epoch, push.counters);
  if (fresh.coarsened > 0) metrics.agentWindows.add(fresh.coarsened, { fate: 'coarsened' });
  if (fresh.dropped === 0) return;
  metrics.agentWindows.add(fresh.dropped, { fate: 'dropped' });
  log.warn('agent-dropped-windows', { tenantId, clusterId, agentId, windows: fresh.dropped });
}
