import type { Counter, Gauge, Histogram, Metrics } from '@trimtab/daemon';

/** What the agents' listener counts. */
export interface IngestMetrics {
  /** Pushes by how they were answered: stored, duplicate, conflict, too-old, empty or the error's code. */
  readonly pushes: Counter<'outcome'>;
  readonly requestSeconds: Histogram;
  readonly messageBytes: Histogram;
  /** Data points taken. */
  readonly points: Counter;
  readonly rejectedPoints: Counter<'reason'>;
  /** Windows that agents say they coarsened or dropped. */
  readonly agentWindows: Counter<'fate'>;
  readonly groups: Counter<'outcome'>;
  readonly groupPushes: Histogram;
  readonly commitSeconds: Histogram;
  readonly queuedPushes: Gauge;
  readonly bytesInFlight: Gauge;
  readonly connections: Gauge;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BYTES = [4096, 16384, 65536, 262144, 1048576, 4194304, 16777216];

/** Declares the metrics of the agents' listener. */
export function ingestMetrics(metrics: Metrics): IngestMetrics {
  return {
    pushes: metrics.counter('trimtab_ingest_pushes_total', 'Pushes by outcome.', ['outcome']),
    requestSeconds: metrics.histogram(
      'trimtab_ingest_request_seconds',
      'Time from the head of a push to its answer.',
      SECONDS,
    ),
    messageBytes: metrics.histogram(
      'trimtab_ingest_message_bytes',
      'Size of the messages, uncompressed.',
      BYTES,
    ),
    points: metrics.counter('trimtab_ingest_points_total', 'Data points that were stored.'),
    rejectedPoints: metrics.counter(
      'trimtab_ingest_rejected_points_total',
      'Data points that were dropped, by reason.',
      ['reason'],
    ),
    agentWindows: metrics.counter(
      'trimtab_ingest_agent_windows_total',
      'Windows that agents reported as coarsened or dropped on their side.',
      ['fate'],
    ),
    groups: metrics.counter(
      'trimtab_ingest_groups_total',
      'Transactions that appended a group of pushes.',
      ['outcome'],
    ),
    groupPushes: metrics.histogram(
      'trimtab_ingest_group_pushes',
      'Pushes in one transaction.',
      [1, 2, 4, 8, 16, 32, 64],
    ),
    commitSeconds: metrics.histogram(
      'trimtab_ingest_commit_seconds',
      'Time of one transaction that appends a group.',
      SECONDS,
    ),
    queuedPushes: metrics.gauge(
      'trimtab_ingest_queued_pushes',
      'Pushes that wait for a transaction.',
    ),
    bytesInFlight: metrics.gauge(
      'trimtab_ingest_in_flight_bytes',
      'Bytes that pushes hold in memory.',
    ),
    connections: metrics.gauge('trimtab_ingest_connections', 'Open connections of agents.'),
  };
}
