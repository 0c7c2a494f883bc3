import assert from 'node:assert/strict';
import test from 'node:test';
import type {
  ClusterView,
  ContainerView,
  Problem as ProblemBody,
  RecommendationView,
  WorkloadView,
} from '@trimtab/wire/rest';
import type { Static } from 'typebox';
import { Compile } from 'typebox/schema';
import { ask, keyFor } from '../testing/ask.ts';
import { startRig } from '../testing/rig.ts';
import { seedRecommendations } from '../testing/seed.ts';
import type { Cluster, Container, Problem, Recommendation, Workload } from './schemas.ts';

interface Document {
  readonly openapi: string;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** Whether a list may be changed makes no difference in JSON. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** Compiles only where the two types take the same values. */
type Same<A, B> = [Frozen<A>] extends [Frozen<B>]
  ? [Frozen<B>] extends [Frozen<A>]
    ? true
    : never
  : never;

test('describes the very types that clients are written against', () => {
  const same: [
    Same<Static<typeof Cluster>, ClusterView>,
    Same<Static<typeof Workload>, WorkloadView>,
    Same<Static<typeof Container>, ContainerView>,
    Same<Static<typeof Recommendation>, RecommendationView>,
    Same<Static<typeof Problem>, ProblemBody>,
  ] = [true, true, true, true, true];

  assert.equal(same.length, 5);
});

test('publishes an OpenAPI 3.1 document whose references resolve and whose operations have names', async (t) => {
  const rig = await startRig(t);

  const document = (await ask(rig, '/openapi.json')).json as Document;

  assert.match(document.openapi, /^3\.1\./);
  assert.deepEqual(
    Object.keys(document.paths),
    [
      'clusters',
      'workloads',
      'workloads/{id}',
      'containers',
      'recommendations',
      'recommendations/{id}',
    ].map((path) => `/api/v1/${path}`),
  );
  const text = JSON.stringify(document);
  for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(name in document.components.schemas, name);
  }
  const names = operationsOf(document).map(([, operation]) => operation.operationId);
  assert.equal(new Set(names).size, 6);
});

test('answers every operation as its own document says, wrong requests included', async (t) => {
  const rig = await startRig(t);
  const { ids } = await seedRecommendations(rig.owner, { ...rig, count: 25 });
  const { headers } = await keyFor(rig);
  const document = (await ask(rig, '/openapi.json')).json as Document;
  const [workload] = await rig.owner.query<{ id: number }>(
    'select min(workload_id) as id from workload',
  );
  const requests: [string, RequestInit][] = [
    ['', { headers }],
    ['?limit=2', { headers }],
    ['?limit=-1', { headers }],
    ['', {}],
  ];

  for (const [path, operation] of operationsOf(document)) {
    const id = path.includes('workloads') ? workload?.id : ids[0];
    for (const item of [id, 424_242, 'x']) {
      for (const [query, init] of requests) {
        const answer = await ask(rig, path.replace('{id}', String(item)) + query, init);
        const described = operation.responses[String(answer.status)];
        const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
        const schema = described?.content[type]?.schema;
        assert.ok(schema, `${path}${query}: ${answer.status} ${type} is not described`);
        const validator = Compile({ ...schema, components: document.components });
        assert.ok(validator.Check(answer.json), `${path}${query}: ${answer.text}`);
        assert.equal(validator.Check({}), false, `${path} ${answer.status} takes anything`);
      }
    }
  }
});

function operationsOf(document: Document): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation): [string, Operation] => [path, operation]),
  );
}
