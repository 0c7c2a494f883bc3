import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from '../connect/index.ts';
import { seedTenant, testDatabase } from '../testing/index.ts';
import {
  getRecommendation,
  getWorkload,
  listClusters,
  listContainers,
  listRecommendations,
  listWorkloads,
  newestRun,
} from './index.ts';

test('shows a tenant its own rows and nobody else’s, though no statement asks whose they are', async (t) => {
  const { url } = await testDatabase(t);
  const owner = connect({ url, poolSize: 1, applicationName: 'test-owner' });
  const db = connect({ url, role: 'trimtab_api', poolSize: 2, applicationName: 'test-api' });
  t.after(() => Promise.all([owner.close(), db.close()]));
  const [one, two] = [await seedTenant(url, 'one'), await seedTenant(url, 'two')];
  const [made] = await owner.query<{ runId: number; workloadId: number; id: number }>(SEED, [
    one.tenantId,
    one.clusterId,
  ]);
  assert.ok(made);
  const page = { limit: 10, direction: 'asc', after: undefined } as const;
  const list = { ...page, sort: 'name', filter: {} } as const;
  const countAll = (tenants: readonly number[]) =>
    db.transaction(
      async (tx) => {
        const { runId, workloadId, id } = made;
        assert.equal(await newestRun(tx), runId);
        return [
          (await listClusters(tx, page)).total,
          (await listWorkloads(tx, list)).total,
          (await listContainers(tx, list)).rows.length,
          (await listRecommendations(tx, { ...list, runId })).rows.length,
          Number((await getWorkload(tx, workloadId)) !== undefined),
          Number((await getRecommendation(tx, { runId, id })) !== undefined),
        ];
      },
      { tenants, isolation: 'repeatable read' },
    );

  assert.deepEqual(await countAll([one.tenantId]), [1, 1, 1, 1, 1, 1]);
  assert.deepEqual(await countAll([two.tenantId]), [1, 0, 0, 0, 0, 0]);
  assert.deepEqual(await countAll([]), [0, 0, 0, 0, 0, 0]);
});

const SEED = `
with r as (insert into run (kind, epoch, state, as_of_day, plan)
    values ('daily', 1, 'committed', 20000, '{}') returning run_id),
  w as (insert into workload (tenant_id, cluster_id, namespace, kind, name, first_hour, last_hour)
    values ($1, $2, 'shop', 'Deployment', 'web', 1, 2) returning workload_id),
  c as (insert into wc (tenant_id, workload_id, container, shard, first_hour, last_hour)
    select $1, workload_id, 'app', 7, 1, 2 from w returning wc_id)
insert into rec (tenant_id, shard, wc_id, from_run, preset, evidence)
select $1, 7, wc_id, run_id, 'balanced', '{}' from c, r
returning from_run as "runId", wc_id as id, (select workload_id from w) as "workloadId"`;
