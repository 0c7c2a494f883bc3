import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { workloadOf } from './workload.ts';

function workload(ownerKind: string, ownerName: string): string {
  const pod = { namespace: 'shop', podName: 'pod-x', podUid: 'uid', container: 'main' };
  const { kind, name } = workloadOf({ ...pod, ownerKind, ownerName });
  return `${kind}/${name}`;
}

describe('workloadOf', () => {
  it('takes the hash off a ReplicaSet and names its Deployment', () => {
    assert.equal(workload('ReplicaSet', 'web-6c9f8b7d5c'), 'Deployment/web');
    assert.equal(workload('ReplicaSet', 'web-api-v2-58d4bc9fb'), 'Deployment/web-api-v2');
  });

  it('leaves a ReplicaSet alone whose name ends in no such hash', () => {
    for (const name of [
      'web',
      'my-rs',
      'my-proxy',
      'front-service',
      '6c9f8b7d5c',
      'web-6c9f8b7d5caa',
      'web-0123456789',
    ]) {
      assert.equal(workload('ReplicaSet', name), `ReplicaSet/${name}`);
    }
  });

  it('takes the scheduled time off a Job and names its CronJob', () => {
    assert.equal(workload('Job', 'backup-29384010'), 'CronJob/backup');
    assert.equal(workload('Job', 'backup-1600000000'), 'CronJob/backup');
  });

  it('leaves a Job alone whose name ends in no time, or in a date', () => {
    for (const name of [
      'migrate',
      'migrate-1',
      'migrate-20260103',
      'migrate-1234567890',
      '29384010',
    ]) {
      assert.equal(workload('Job', name), `Job/${name}`);
    }
  });

  it('leaves every other owner as it is, also where its name looks like a hash or a time', () => {
    assert.equal(workload('StatefulSet', 'db-6c9f8b7d5c'), 'StatefulSet/db-6c9f8b7d5c');
    assert.equal(workload('DaemonSet', 'log-29384010'), 'DaemonSet/log-29384010');
    assert.equal(workload('Rollout', 'web'), 'Rollout/web');
  });

  it('names a pod without an owner by itself', () => {
    assert.equal(workload('Pod', ''), 'Pod/pod-x');
  });
});
