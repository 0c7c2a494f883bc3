import type { Metrics } from '@trimtab/daemon';

/** The controller's own metrics: rate, errors and duration of its work, and what waits. */
export type ControllerMetrics = ReturnType<typeof declareMetrics>;

const SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** Declares the metrics in a registry; the same registry twice gives the same metrics. */
export function declareMetrics(registry: Metrics) {
  return {
    bodiesWaiting: registry.gauge(
      'trimtab_controller_bodies_waiting',
      'Bodies that wait to be packed.',
    ),
    bodiesPacked: registry.counter(
      'trimtab_controller_bodies_packed_total',
      'Bodies consumed by packing, those set aside included.',
    ),
    bodiesSetAside: registry.counter(
      'trimtab_controller_bodies_set_aside_total',
      'Bodies that could not be unpacked and are kept with the reason.',
    ),
    unitsPacked: registry.counter(
      'trimtab_controller_units_packed_total',
      'Hours of a cluster that were packed; an hour packed again counts again.',
    ),
    packSeconds: registry.histogram(
      'trimtab_controller_pack_seconds',
      'Duration of one packing transaction.',
      SECONDS,
    ),
    daysClosed: registry.counter(
      'trimtab_controller_days_closed_total',
      'Days of a cluster that were closed.',
    ),
    storedUnreadable: registry.counter(
      'trimtab_controller_stored_hours_unreadable_total',
      'Stored hours or quarters that could not be read any more.',
    ),
    failures: registry.counter(
      'trimtab_controller_failures_total',
      'Pieces of work that failed and will be tried again.',
      ['work'],
    ),
    isLeading: registry.gauge('trimtab_controller_leading', 'Whether this instance leads: 1 or 0.'),
    epoch: registry.gauge('trimtab_controller_epoch', 'The last epoch in which this instance led.'),
    shardsWaiting: registry.gauge(
      'trimtab_controller_shards_waiting',
      'Shards of the open run that are neither done nor set aside.',
    ),
    shardsDone: registry.counter(
      'trimtab_controller_shards_done_total',
      'Shards this instance has worked.',
    ),
    shardsSetAside: registry.counter(
      'trimtab_controller_shards_set_aside_total',
      'Shards given up after their last attempt.',
    ),
    shardSeconds: registry.histogram(
      'trimtab_controller_shard_seconds',
      'Duration of one shard from claim to commit.',
      SECONDS,
    ),
    runAge: registry.gauge(
      'trimtab_controller_run_age_seconds',
      'Time since the newest committed run.',
    ),
  };
}
