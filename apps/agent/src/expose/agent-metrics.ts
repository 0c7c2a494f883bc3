import type { Counter, Metrics } from '@trimtab/daemon';
import type { FoldCounts } from '../fold/index.ts';
import type { QueueCounts, SendOutcome } from '../push/index.ts';

/** What the metrics are read from when somebody asks for them. */
export interface Observed {
  readonly fold: () => FoldCounts;
  readonly queue: () => QueueCounts;
  /** Containers followed. */
  readonly containers: () => number;
  readonly waiting: () => number;
  readonly inFlight: () => number;
  readonly queueBytes: () => number;
  /** Windows lost because they could not be encoded. */
  readonly unsealable: () => number;
  /** Seconds since the last acknowledgement; undefined before the first. */
  readonly lastAckAgeSeconds: () => number | undefined;
}

/** What is recorded as it happens. */
export interface PushMetrics {
  /** One attempt to send: how it ended, how long it took, how many bytes went out. */
  attempt(outcome: SendOutcome, seconds: number, bytes: number): void;
}

/** From a request on the same host to the default deadline. */
const PUSH_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Declares the agent's own metrics; the caller serves them. Once a registry. */
export function exposeAgent(metrics: Metrics, observed: Observed): PushMetrics {
  exposeFold(metrics, observed);
  exposeQueue(metrics, observed);
  const seconds = metrics.histogram(
    'trimtab_agent_push_seconds',
    'Duration of one attempt to send a batch, by how it ended.',
    PUSH_SECONDS,
    ['outcome'],
  );
  const sentBytes = metrics.counter(
    'trimtab_agent_pushed_bytes_total',
    'Compressed bytes of all attempts to send a batch.',
  );
  const rejected = metrics.counter(
    'trimtab_agent_points_rejected_total',
    'Data points the API took out of batches it accepted.',
  );
  return {
    attempt: (outcome, took, bytes) => {
      seconds.observe(took, { outcome: outcome.kind });
      sentBytes.add(bytes);
      if (outcome.kind === 'sent') rejected.add(outcome.rejectedPoints);
    },
  };
}

function exposeFold(metrics: Metrics, { containers, fold, unsealable }: Observed): void {
  const readings = metrics.counter(
    'trimtab_agent_readings_total',
    'Readings of containers, by what became of them.',
    ['outcome'],
  );
  const follow = followers(metrics);
  follow(labelled(readings, { outcome: 'folded' }), () => fold().readings);
  follow(labelled(readings, { outcome: 'repeated' }), () => fold().repeated);
  follow(labelled(readings, { outcome: 'late' }), () => fold().late);
  follow(labelled(readings, { outcome: 'sealed_before' }), () => fold().alreadySealed);
  follow(labelled(readings, { outcome: 'too_many_containers' }), () => fold().tooMany);
  const oddities = metrics.counter(
    'trimtab_agent_reading_oddities_total',
    'Things in readings that were left out or worked around, by kind.',
    ['kind'],
  );
  follow(labelled(oddities, { kind: 'counter_reset' }), () => fold().resets);
  follow(labelled(oddities, { kind: 'refused_value' }), () => fold().refused);
  follow(labelled(oddities, { kind: 'gap' }), () => fold().gaps);
  follow(labelled(oddities, { kind: 'clock_step' }), () => fold().clockSteps);
  const windows = metrics.counter(
    'trimtab_agent_windows_total',
    'Five-minute windows of containers, by what became of them.',
    ['outcome'],
  );
  follow(labelled(windows, { outcome: 'closed' }), () => fold().windows);
  follow(labelled(windows, { outcome: 'uncovered' }), () => fold().uncovered);
  follow(labelled(windows, { outcome: 'unsealable' }), unsealable);
  const followed = metrics.gauge('trimtab_agent_containers', 'Containers being followed.');
  metrics.onCollect(() => followed.set(containers()));
}

function exposeQueue(metrics: Metrics, observed: Observed): void {
  const { queue } = observed;
  const batches = metrics.counter(
    'trimtab_agent_batches_total',
    'Batches, by what became of them.',
    ['outcome'],
  );
  const follow = followers(metrics);
  follow(labelled(batches, { outcome: 'sealed' }), () => queue().sealed);
  follow(labelled(batches, { outcome: 'acked' }), () => queue().acked);
  follow(labelled(batches, { outcome: 'refused' }), () => queue().refused);
  follow(labelled(batches, { outcome: 'dropped' }), () => queue().dropped);
  follow(labelled(batches, { outcome: 'replaced' }), () => queue().replaced);
  follow(labelled(batches, { outcome: 'recovered' }), () => queue().recovered);
  const lost = metrics.counter(
    'trimtab_agent_windows_dropped_total',
    'Windows lost with batches that were dropped.',
  );
  follow(lost.add, () => queue().droppedWindows);
  const failures = metrics.counter(
    'trimtab_agent_queue_write_failures_total',
    'Writes to the disk queue that failed and were tried again.',
  );
  follow(failures.add, () => queue().writeFailures);
  const bytes = metrics.gauge('trimtab_agent_queue_bytes', 'Bytes of the queue, on disk and held.');
  const waiting = metrics.gauge('trimtab_agent_queue_batches', 'Batches in the queue.', ['state']);
  const ackAge = metrics.gauge(
    'trimtab_agent_last_ack_age_seconds',
    'Time since the API last acknowledged a batch; NaN before the first.',
  );
  metrics.onCollect(() => {
    bytes.set(observed.queueBytes());
    waiting.set(observed.waiting(), { state: 'waiting' });
    waiting.set(observed.inFlight(), { state: 'in_flight' });
    ackAge.set(observed.lastAckAgeSeconds() ?? Number.NaN);
  });
}

type Add = (amount: number) => void;

function labelled<L extends string>(counter: Counter<L>, labels: Readonly<Record<L, string>>): Add {
  return (amount) => counter.add(amount, labels);
}

/** Keeps counters level with numbers counted elsewhere: the hot loops know nothing of metrics. */
function followers(metrics: Metrics): (add: Add, read: () => number) => void {
  return (add, read) => {
    let seen = 0;
    metrics.onCollect(() => {
      const now = read();
      add(now - seen);
      seen = now;
    });
  };
}
