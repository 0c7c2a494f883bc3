import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SHARDS, shardOf } from './shard-of.ts';

const base = {
  tenantId: 1,
  clusterId: 2,
  namespace: 'shop',
  kind: 'Deployment',
  name: 'cart',
  container: 'app',
};

test('keeps the shard of a known container for ever', () => {
  // Stored rows carry these numbers: a change here would orphan them.
  assert.equal(shardOf(base), 212);
  assert.equal(shardOf({ ...base, container: 'sidecar' }), 188);
});

test('spreads containers evenly over all shards', () => {
  const counts = new Array<number>(SHARDS).fill(0);
  for (let index = 0; index < SHARDS * 100; index += 1) {
    const shard = shardOf({ ...base, name: `workload-${index}` });
    counts[shard] = (counts[shard] ?? 0) + 1;
  }

  assert.ok(Math.min(...counts) > 60, `emptiest shard has ${Math.min(...counts)} of 100`);
  assert.ok(Math.max(...counts) < 145, `fullest shard has ${Math.max(...counts)} of 100`);
});

test('tells parts apart that read the same when run together', () => {
  const shards = new Set<number>();
  for (let index = 0; index < 8; index += 1) {
    const text = 'abcdefgh';
    shards.add(shardOf({ ...base, namespace: text.slice(0, index), name: text.slice(index) }));
  }

  assert.ok(shards.size > 1);
});
