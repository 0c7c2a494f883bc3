import type { ContainerKey } from './types.ts';

/**
 * The alphabet and usual length of the hash that a Deployment hangs on its ReplicaSets' names: no
 * vowels, so no word ends in it by chance. One hash in four thousand is shorter; such a ReplicaSet
 * counts as a workload of its own.
 */
const REPLICA_SET_HASH = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/;
/** A CronJob hangs its scheduled time on its Jobs' names: minutes since 1970, before Kubernetes 1.21 seconds. */
const JOB_TIME = /^(.+)-(\d{8}|\d{10})$/;
/** June 2019 in minutes: any date written as 20yymmdd is less. */
const LEAST_MINUTES = 26_000_000;
/** July 2017 in seconds. */
const LEAST_SECONDS = 1_500_000_000;

/**
 * The workload that survives rollouts and reruns: a ReplicaSet's Deployment, a Job's CronJob, told by
 * the shape of their names. Everything else, and a name without that shape, stays as given.
 */
export function workloadOf(key: ContainerKey): { kind: string; name: string } {
  const name = key.ownerName === '' ? key.podName : key.ownerName;
  if (key.ownerKind === 'ReplicaSet') {
    const deployment = REPLICA_SET_HASH.exec(name)?.[1];
    if (deployment !== undefined) return { kind: 'Deployment', name: deployment };
  }
  if (key.ownerKind === 'Job') {
    const [, cronJob, time] = JOB_TIME.exec(name) ?? [];
    if (cronJob !== undefined && time !== undefined && isSchedule(time)) {
      return { kind: 'CronJob', name: cronJob };
    }
  }
  return { kind: key.ownerKind, name };
}

function isSchedule(digits: string): boolean {
  return Number(digits) >= (digits.length === 8 ? LEAST_MINUTES : LEAST_SECONDS);
}
