import assert from 'node:assert/strict';
import test from 'node:test';
import { seedTenant } from '@trimtab/store/testing';
import type {
  ClusterView,
  ContainerView,
  Page,
  RecommendationView,
  WorkloadView,
} from '@trimtab/wire/rest';
import { ask, keyFor } from '../testing/ask.ts';
import { type Rig, startRig } from '../testing/rig.ts';
import { FINDING, runThat, seedRecommendations } from '../testing/seed.ts';

const API = '/api/v1';

async function read<T>(rig: Rig, path: string, headers: Record<string, string>): Promise<T> {
  const answer = await ask(rig, API + path, { headers });
  assert.equal(answer.status, 200, answer.text);
  // The listener writes it from the schemas, which are held against these types.
  return answer.json as T;
}

async function readAll<T>(
  rig: Rig,
  path: string,
  headers: Record<string, string>,
  between: () => Promise<void> = async () => {},
): Promise<{ items: T[]; pages: number; total: number }> {
  const items: T[] = [];
  let [next, pages, total] = ['', 0, 0];
  for (;;) {
    const cursor = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page = await read<Page<T>>(rig, path + cursor, headers);
    items.push(...page.items);
    pages += 1;
    total = page.total;
    if (page.next === null) return { items, pages, total };
    next = page.next;
    await between();
  }
}

test('shows clusters, workloads and containers as they were packed', async (t) => {
  const rig = await startRig(t);
  await seedRecommendations(rig.owner, { ...rig, count: 6 });
  const { headers } = await keyFor(rig);

  const clusters = await read<Page<ClusterView>>(rig, '/clusters', headers);
  const workloads = await read<Page<WorkloadView>>(rig, '/workloads', headers);
  const [first] = workloads.items;
  const one = await read<WorkloadView>(rig, `/workloads/${first?.id}`, headers);
  const containers = await read<Page<ContainerView>>(rig, '/containers?sort=name', headers);

  assert.deepEqual(
    clusters.items.map(({ createdAt, id, ...rest }) => rest),
    [
      {
        ...{ name: 'one-cluster', agents: 1, workloads: 6, containers: 6 },
        lastHour: '2024-10-16T12:00:00.000Z',
      },
    ],
  );
  assert.deepEqual([clusters.total, clusters.next], [1, null]);
  assert.equal(workloads.total, 6);
  assert.deepEqual(one, first);
  assert.deepEqual(first?.containers, ['app']);
  assert.equal(first?.firstHour, '2024-10-04T00:00:00.000Z');
  const [container] = containers.items;
  assert.deepEqual(
    { workload: container?.workload, sizes: container?.sizes },
    {
      workload: 'app-0001',
      sizes: { cpuRequest: 500, cpuLimit: null, memoryRequest: 2 ** 28 + 1, memoryLimit: null },
    },
  );
});

test('shows a recommendation with its proof, what is in force, and why something is missing', async (t) => {
  const rig = await startRig(t);
  const { runId } = await seedRecommendations(rig.owner, { ...rig, count: 12 });
  const { headers } = await keyFor(rig);
  const { items } = await read<Page<RecommendationView>>(
    rig,
    '/recommendations?limit=500',
    headers,
  );
  const named = (name: string) => items.find((item) => item.workload === name);

  const full = named('app-0001');
  assert.deepEqual(
    [full?.status, full?.runId, full?.asOfDay],
    ['recommended', runId, '2024-10-14'],
  );
  assert.deepEqual(full?.cpu, {
    current: {
      request: 500,
      limit: null,
      whyMissing: 'the pods have no CPU limit, or none was told',
    },
    recommended: { request: 112.5, limit: 225, model: 'envelope', bound: 'p95' },
    withheld: null,
    changePercent: -77.5,
  });
  assert.deepEqual(full?.memory.current, {
    ...{ request: 2 ** 28 + 1, limit: 2 ** 29, whyMissing: null },
  });
  assert.equal(full?.currentProof, null);
  assert.deepEqual(full?.findings, [FINDING]);
  assert.deepEqual(named('app-0000')?.findings, []);
  assert.equal(named('app-0000')?.cpu.changePercent, null);
  assert.equal(named('app-0003')?.cpu.current.request, null);
  assert.equal(named('app-0008')?.proof, null);
  assert.equal(named('app-0006')?.status, 'partial');
  assert.deepEqual(named('app-0006')?.cpu.withheld, {
    ...{ code: 'too-few-days', reason: 'needs 3 days' },
  });
  assert.deepEqual(
    await read<RecommendationView>(rig, `/recommendations/${full?.id}`, headers),
    full,
  );
});

const SORTS: Readonly<Record<string, (item: RecommendationView) => number | string | null>> = {
  name: (item) => `${item.namespace}\u0001${item.workload}`,
  cpuChange: (item) => item.cpu.changePercent,
  memoryChange: (item) => item.memory.changePercent,
  cpuCurrent: (item) => item.cpu.current.request,
  memoryCurrent: (item) => item.memory.current.request,
  cpuRecommended: (item) => item.cpu.recommended?.request ?? null,
  memoryRecommended: (item) => item.memory.recommended?.request ?? null,
  minutesAboveRequest: (item) => item.proof?.cpu?.minutesAboveRequestPerDay ?? null,
};

test('pages through the whole list once, in order, under every sort, while new runs are committed', async (t) => {
  const rig = await startRig(t);
  const { ids } = await seedRecommendations(rig.owner, { ...rig, count: 67 });
  const { headers } = await keyFor(rig);
  const replaceSome = async () => {
    const runId = await runThat(rig.owner);
    await rig.owner.query(
      `with gone as (update rec set to_run = $1 where to_run is null and wc_id % 5 = $1 % 5 returning *)
       insert into rec (tenant_id, shard, wc_id, from_run, preset, cpu_request_m, memory_request, evidence)
       select tenant_id, shard, wc_id, $1, 'savings', 1000 - cpu_request_m, memory_request,
         case when cpu_request_m is null then evidence
           else jsonb_set(evidence, '{cpu,request}', to_jsonb(1000 - cpu_request_m)) end
       from gone`,
      [runId],
    );
  };

  for (const [sort, sortedBy] of Object.entries(SORTS)) {
    for (const order of ['asc', 'desc']) {
      const limit = 1 + ((sort.length * 7 + order.length * 3) % 23);
      const path = `/recommendations?sort=${sort}&order=${order}&limit=${limit}`;
      const { items, pages, total } = await readAll<RecommendationView>(
        ...[rig, path, headers, replaceSome],
      );

      const name = `${sort} ${order}`;
      assert.equal(pages, Math.ceil(ids.length / limit), name);
      assert.equal(total, ids.length, name);
      assert.deepEqual(
        items.map((item) => item.id).toSorted((a, b) => a - b),
        ids.toSorted((a, b) => a - b),
        name,
      );
      assertSorted(items, sortedBy, order, name);
    }
  }
});

function assertSorted(
  items: readonly RecommendationView[],
  sortedBy: (item: RecommendationView) => number | string | null,
  order: string,
  name: string,
): void {
  for (const [index, item] of items.entries()) {
    const before = items[index - 1];
    if (before === undefined) continue;
    const [a, b] = [sortedBy(before), sortedBy(item)];
    const isTie = a === b && before.id < item.id;
    const isOrdered = a !== null && b !== null && (order === 'asc' ? a < b : a > b);
    assert.ok(isTie || isOrdered || (a !== null && b === null), `${name}: ${a} before ${b}`);
  }
}

test('sorts by what is recommended, absent values last in both directions', async (t) => {
  const rig = await startRig(t);
  await seedRecommendations(rig.owner, { ...rig, count: 30 });
  const { headers } = await keyFor(rig);

  for (const sort of ['cpuRecommended', 'memoryRecommended']) {
    for (const order of ['asc', 'desc']) {
      const path = `/recommendations?sort=${sort}&order=${order}&limit=7`;
      const { items } = await readAll<RecommendationView>(rig, path, headers);
      const sortedBy = SORTS[sort];
      assert.ok(sortedBy);
      assertSorted(items, sortedBy, order, `${sort} ${order}`);
      assert.equal(sortedBy(items.at(-1) ?? assert.fail()), null);
    }
  }
});

test('filters, and counts what passes', async (t) => {
  const rig = await startRig(t);
  await seedRecommendations(rig.owner, { ...rig, count: 30 });
  const { headers } = await keyFor(rig);
  const total = async (query: string): Promise<number> => {
    const page = await read<Page<unknown>>(rig, `/recommendations?limit=3&${query}`, headers);
    assert.ok(page.items.length <= 3);
    return page.total;
  };

  assert.equal(await total(''), 30);
  assert.equal(await total('namespace=shop'), 10);
  assert.equal(await total('kind=StatefulSet'), 6);
  assert.equal(await total('workload=APP-000'), 10);
  assert.equal(await total('workload=%25'), 0);
  assert.equal(await total('cluster=one-cluster'), 30);
  assert.equal(await total('cluster=one'), 0);
  assert.equal(await total('synthetic=true'), 8);
  assert.equal(await total('synthetic=false'), 22);
  assert.equal(await total('status=partial'), 6);
  assert.equal(await total('status=withheld'), 0);
  assert.equal(await total('status=recommended&namespace=shop'), 7);
});

test('answers 304 to who has the run already, and the whole page after the next run', async (t) => {
  const rig = await startRig(t);
  const { runId, ids } = await seedRecommendations(rig.owner, { ...rig, count: 3 });
  const { headers } = await keyFor(rig);
  const path = `${API}/recommendations?limit=2`;

  const first = await ask(rig, path, { headers });
  const etag = first.headers.get('etag') ?? '';
  const again = await ask(rig, path, { headers: { ...headers, 'if-none-match': etag } });
  const one = await ask(rig, `${API}/recommendations/${ids[0]}`, {
    headers: { ...headers, 'if-none-match': `"other", ${etag}` },
  });
  await runThat(rig.owner);
  const later = await ask(rig, path, { headers: { ...headers, 'if-none-match': etag } });

  assert.equal(etag, `W/"run-${runId}"`);
  assert.deepEqual([again.status, again.text, one.status, later.status], [304, '', 304, 200]);
  assert.equal(first.headers.get('vary'), 'authorization');
});

test('answers an empty page before the first run', async (t) => {
  const rig = await startRig(t);
  const { headers } = await keyFor(rig);

  const page = await read<Page<unknown>>(rig, '/recommendations', headers);

  assert.deepEqual(page, { items: [], next: null, total: 0 });
});

test('shows no run that is open or abandoned', async (t) => {
  const rig = await startRig(t);
  const { ids, runId } = await seedRecommendations(rig.owner, { ...rig, count: 2 });
  const { headers } = await keyFor(rig);
  const [open] = await rig.owner.query<{ id: number }>(
    `insert into run (kind, epoch, as_of_day, plan) values ('daily', 1, 20011, '{}') returning run_id as id`,
  );
  await rig.owner.query('update rec set to_run = $1 where wc_id = $2', [open?.id, ids[0]]);

  const { items } = await read<Page<RecommendationView>>(rig, '/recommendations', headers);

  assert.deepEqual(
    items.map((item) => item.runId),
    [runId, runId],
  );
});

test('hides another tenant’s items behind the very answer of a missing one', async (t) => {
  const rig = await startRig(t);
  const other = await seedTenant(rig.url, 'two');
  const theirs = await seedRecommendations(rig.owner, { ...other, count: 4, prefix: 'theirs' });
  await seedRecommendations(rig.owner, { ...rig, count: 3 });
  const { headers } = await keyFor(rig);
  const [workload] = await rig.owner.query<{ id: number }>(
    `select workload_id as id from workload where name = 'theirs-0000'`,
  );

  for (const [kind, id] of [
    ['recommendations', theirs.ids[0]],
    ['workloads', workload?.id],
  ]) {
    const foreign = await ask(rig, `${API}/${kind}/${id}`, { headers });
    const missing = await ask(rig, `${API}/${kind}/987654321`, { headers });
    const plain = (text: string) =>
      text.replace(/"instance":"[^"]*"/, '').replace(/\b(987654321|\d{1,6})\b(?=;)/, 'ID');
    assert.deepEqual([foreign.status, missing.status], [404, 404]);
    assert.equal(plain(foreign.text), plain(missing.text));
  }
  for (const list of ['clusters', 'workloads', 'containers', 'recommendations']) {
    const { items, total } = await readAll<{ cluster?: string; name?: string }>(
      ...[rig, `/${list}?limit=2`, headers],
    );
    assert.equal(total, list === 'clusters' ? 1 : 3, list);
    assert.equal(items.length, total, list);
    assert.ok(items.every((item) => (item.cluster ?? item.name) === 'one-cluster'));
  }
});

test('leaves a recommendation out whose evidence cannot be read, and tells the log', async (t) => {
  const rig = await startRig(t);
  const { ids } = await seedRecommendations(rig.owner, { ...rig, count: 3 });
  const { headers } = await keyFor(rig);
  await rig.owner.query(`update rec set evidence = '{"cpu": 1}' where wc_id = $1`, [ids[0]]);

  const page = await read<Page<RecommendationView>>(rig, '/recommendations', headers);
  const one = await ask(rig, `${API}/recommendations/${ids[0]}`, { headers });

  assert.equal(page.items.length, 2);
  assert.equal(one.status, 500);
  assert.match(one.text, /TT_API_FAULT/);
  assert.ok(rig.logged.some((line) => line.includes('evidence-unreadable')));
});

test('says what is wrong with a request, all of it at once', async (t) => {
  const rig = await startRig(t);
  const { headers } = await keyFor(rig);
  const cases: [string, RegExp][] = [
    ['/recommendations?limit=0', /query\.limit must be >= 1/],
    [
      '/recommendations?limit=501&color=red',
      /query\.color is not a parameter.*query\.limit must be <= 500/s,
    ],
    ['/recommendations?limit=ten', /query\.limit must be integer/],
    ['/recommendations?sort=size', /query\.sort .*: name, cpuChange, /],
    ['/recommendations?order=up', /query\.order .*: asc, desc/],
    ['/recommendations?synthetic=maybe', /query\.synthetic must be boolean/],
    ['/recommendations?limit=1&limit=2', /query\.limit must be integer/],
    ['/recommendations?cursor=abc', /cursor: found one that is broken/],
    ['/recommendations/0', /path\.id must be >= 1/],
    ['/workloads/abc', /path\.id must be integer/],
    ['/workloads/9007199254740993', /path\.id must be <= 9007199254740991/],
    ['/workloads/%E0%A4%A', /expected a valid HTTP request/],
  ];

  for (const [path, message] of cases) {
    const answer = await ask(rig, API + path, { headers });
    assert.equal(answer.status, 400, `${path}: ${answer.text}`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.match(answer.text, message, path);
  }
});

test('refuses the cursor of another list or of other parameters', async (t) => {
  const rig = await startRig(t);
  await seedRecommendations(rig.owner, { ...rig, count: 5 });
  const { headers } = await keyFor(rig);
  const { next } = await read<Page<unknown>>(rig, '/recommendations?limit=2', headers);
  const cursor = encodeURIComponent(next ?? '');

  const sameWithOtherLimit = `/recommendations?limit=1&cursor=${cursor}`;
  assert.equal((await ask(rig, API + sameWithOtherLimit, { headers })).status, 200);
  for (const path of [
    `/recommendations?order=desc&cursor=${cursor}`,
    `/recommendations?kind=Pod&cursor=${cursor}`,
    `/workloads?cursor=${cursor}`,
  ]) {
    const answer = await ask(rig, API + path, { headers });
    assert.equal(answer.status, 400, path);
    assert.match(answer.text, /"code":"TT_API_CURSOR"/);
  }
});

test('a cursor that names a run still to be committed shows the newest committed one', async (t) => {
  const rig = await startRig(t);
  await seedRecommendations(rig.owner, { ...rig, count: 5 });
  const { headers } = await keyFor(rig);
  const first = await read<Page<{ runId: number }>>(rig, '/recommendations?limit=2', headers);
  const parts: unknown[] = JSON.parse(Buffer.from(first.next ?? '', 'base64url').toString());
  const forged = Buffer.from(JSON.stringify(parts.with(2, 1_000_000))).toString('base64url');

  const path = `/recommendations?limit=2&cursor=${forged}`;
  const page = await read<Page<{ runId: number }>>(rig, path, headers);

  assert.equal(page.items.length, 2);
  assert.ok(page.items.every(({ runId }) => runId === first.items[0]?.runId));
  const next: unknown[] = JSON.parse(Buffer.from(page.next ?? '', 'base64url').toString());
  assert.notEqual(next[2], 1_000_000);
});

test('answers unknown paths and methods with problems that lead somewhere', async (t) => {
  const rig = await startRig(t);
  const { headers } = await keyFor(rig);

  const unknown = await ask(rig, '/nothing/here');
  const posted = await ask(rig, `${API}/workloads`, { method: 'POST', headers });
  const head = await ask(rig, `${API}/workloads`, { method: 'HEAD', headers });
  const { type, instance } = unknown.json as { type: string; instance: string };
  const page = await ask(rig, type);

  assert.equal(unknown.status, 404);
  assert.match(instance, /^urn:uuid:[0-9a-f-]{36}$/);
  assert.equal(page.status, 200);
  assert.match(page.text, /^TT_API_NOT_FOUND \(HTTP 404\)/);
  assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD']);
  assert.match(posted.text, /"code":"TT_API_METHOD"/);
  assert.deepEqual([head.status, head.text], [200, '']);
});

test('answers 503 with Retry-After while the database is away', async (t) => {
  const seeded = { tenantId: 1, clusterId: 1, agentId: 1 };
  const rig = await startRig(t, { databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing', seeded });
  const key = `tt_${'0'.repeat(16)}_${'0'.repeat(64)}`;
  const { crc32 } = await import('node:zlib');
  const authorization = `Bearer ${key}_${crc32(key).toString(16).padStart(8, '0')}`;

  const answer = await ask(rig, `${API}/clusters`, { headers: { authorization } });

  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get('retry-after'), '5');
  assert.match(answer.text, /TT_API_UNAVAILABLE/);
});
