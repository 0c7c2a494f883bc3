import { type AgentProgress, readLastSealed, startAgent } from '@trimtab/agent';
import { type Authority, issueAgentCertificate } from '@trimtab/api';
import { type Clock, type Log, Metrics } from '@trimtab/daemon';
import type { SampleSeries } from '@trimtab/traces';
import { DAY_MS, type EpochMs, epochMs, HOUR_MS, SECOND_MS } from '@trimtab/units';
import { replaySource } from '../replay/index.ts';

/** Where one set goes and what names its sender. */
export interface SetDestination {
  readonly endpoint: URL;
  readonly authority: Authority;
  readonly tenantId: number;
  readonly clusterId: number;
  /** Folder of the sender's queue. */
  readonly queueDir: string;
  readonly end: EpochMs;
  readonly log: Log;
  readonly clock: Clock;
}

/** The one node that every replayed cluster has. */
const NODE = 'replay';
/** Batches that may wait before the replay pauses: enough to keep the lanes busy. */
const MAX_WAITING = 32;
/** A replay is faster than the clock, so its certificate need not be renewed. */
const CERTIFICATE_HOURS = 24;

/**
 * Sends one set through a real agent to the real API and resolves when every batch is answered. A load that
 * was killed goes on after the last window that its queue had sealed.
 */
export async function loadSet(
  samples: readonly SampleSeries[],
  to: SetDestination,
  onProgress: (progress: AgentProgress) => void,
): Promise<AgentProgress> {
  const stepSeconds = samples[0]?.series.stepSeconds ?? 0;
  const lastSealed = await readLastSealed(to.queueDir);
  // One step before what is sealed: counters are measured from there.
  const from =
    lastSealed === undefined ? {} : { from: epochMs(lastSealed.until - stepSeconds * SECOND_MS) };
  const { tenantId, clusterId, authority, clock } = to;
  const certificate = await issueAgentCertificate(authority, {
    ...{ tenantId, clusterId, node: NODE },
    ...{ nowMs: clock.now(), hours: CERTIFICATE_HOURS },
  });
  const agent = startAgent({
    source: replaySource({ samples, end: to.end, ...from }),
    queueDir: to.queueDir,
    endpoint: to.endpoint,
    tls: {
      cert: certificate.certificatePem,
      key: certificate.keyPem,
      ca: authority.certificatePem,
    },
    log: to.log,
    metrics: new Metrics(),
    clock,
    fold: { intervalSeconds: stepSeconds, graceSeconds: 0 },
    push: { windowsPerBatch: 12, maxWaiting: MAX_WAITING, compression: 'zstd' },
    onProgress,
  });
  return await agent.finished;
}

/** Hours with at least one sample: about the batches that the set becomes. */
export function hoursOf(samples: readonly SampleSeries[]): number {
  const hours = new Set<number>();
  for (const { series } of samples) {
    const lengthMs = ((series.t.at(-1) ?? 0) + series.stepSeconds) * SECOND_MS;
    const startMs = -Math.ceil(lengthMs / DAY_MS) * DAY_MS;
    for (const t of series.t) hours.add(Math.floor((startMs + t * SECOND_MS) / HOUR_MS));
  }
  return hours.size;
}
