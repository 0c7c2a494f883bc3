import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import swagger from '@fastify/swagger';
import type { Log, Metrics } from '@trimtab/daemon';
import type { Database } from '@trimtab/store';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { authenticate, authorise, type Principal } from '../auth/index.ts';
import { ApiError } from '../errors.ts';
import type { Asking } from './asking.ts';
import { answerMetrics } from './metrics.ts';
import { knownError, PROBLEM_JSON, PROBLEMS_PATH, problemOf, problemPage } from './problems.ts';
import { addRoutes } from './routes.ts';
import { sharedSchemas } from './schemas.ts';

/** What the people's listener is made of. */
export interface PeopleListenerOptions {
  /** Acts as trimtab_api. */
  readonly db: Database;
  /** Key of the HMACs of API keys. */
  readonly pepper: Uint8Array;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Undefined: plain HTTP, for loopback or behind an ingress that ends TLS. */
  readonly tls: { readonly certificatePem: string; readonly keyPem: string } | undefined;
}

/** The listener before it listens. */
export type PeopleListener = FastifyInstance<HttpServer> | FastifyInstance<HttpsServer>;

const API_PREFIX = '/api/v1';
const MOST_HEADER_BYTES = 16 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
const MOST_BODY_BYTES = 64 * 1024;

/**
 * REST for people and programs: everything below /api/v1 needs an API key, the OpenAPI document and the pages about
 * problems do not. Every answer that is neither 2xx nor 304 is an RFC 9457 problem.
 */
export async function peopleListener(options: PeopleListenerOptions): Promise<PeopleListener> {
  const app = create(options);
  await app.register(swagger, {
    openapi: OPENAPI,
    refResolver: { buildLocalReference: (json) => String(json['$id']) },
  });
  for (const schema of sharedSchemas()) app.addSchema(schema);
  countRequests(app, options.metrics);
  answerErrors(app, options.log);
  const principals = new WeakMap<FastifyRequest, Principal>();
  const asking: Asking = {
    db: options.db,
    log: options.log,
    principalOf: (request) => principalOf(principals, request),
  };
  await app.register(
    (api, _options, done) => {
      api.addHook('onRequest', async (request) => {
        const principal = await authenticate(options, request.headers.authorization);
        authorise(principal, 'viewer');
        principals.set(request, principal);
      });
      addRoutes(api, asking);
      done();
    },
    { prefix: API_PREFIX },
  );
  addOpenPages(app);
  await app.ready();
  return app;
}

function create(options: PeopleListenerOptions): FastifyInstance {
  const http = {
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
  };
  const common = {
    bodyLimit: MOST_BODY_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    // A parameter that is not declared is an error of the caller, not something to be dropped in silence.
    ajv: { customOptions: { removeAdditional: false, allErrors: true } },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply, options.log),
  } as const;
  if (options.tls === undefined) return fastify({ ...common, http });
  const { certificatePem, keyPem } = options.tls;
  const https = { ...http, cert: certificatePem, key: keyPem, minVersion: 'TLSv1.2' as const };
  return fastify({ ...common, https });
}

function principalOf(
  principals: WeakMap<FastifyRequest, Principal>,
  request: FastifyRequest,
): Principal {
  const principal = principals.get(request);
  // Unreachable below /api/v1; a route that ended up elsewhere must not answer without a key.
  if (principal === undefined) {
    throw new ApiError('TT_API_CREDENTIALS', 'found no key; expected one for this path');
  }
  return principal;
}

function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, log));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const error = new ApiError(
      'TT_API_NOT_FOUND',
      `found path ${path.slice(0, 200)}; expected one of the paths in /openapi.json`,
    );
    return sendProblem(error, request, reply, log);
  });
}

function sendProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): FastifyReply {
  const error = knownError(thrown);
  if (error.code === 'TT_API_FAULT') {
    log.error('answer-failed', { requestId: request.id, error: thrown });
  } else {
    log.debug('answer-refused', { requestId: request.id, code: error.code });
  }
  const problem = problemOf(error, request.id);
  return reply
    .code(error.status)
    .headers({ ...error.headers, 'cache-control': 'no-store' })
    .type(PROBLEM_JSON)
    .serializer(JSON.stringify)
    .send(problem);
}

function countRequests(app: FastifyInstance, metrics: Metrics): void {
  const counted = answerMetrics(metrics);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    counted.requests.inc({ method: request.method, route, status: String(reply.statusCode) });
    counted.seconds.observe(reply.elapsedTime / 1000, { route });
  });
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
  });
}

function addOpenPages(app: FastifyInstance): void {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  app.get<{ Params: { code: string } }>(
    `${PROBLEMS_PATH}/:code`,
    { schema: { hide: true } },
    async (request, reply) => {
      const page = problemPage(request.params.code);
      if (page === undefined) return reply.callNotFound();
      return reply.type('text/plain; charset=utf-8').send(page);
    },
  );
}

const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'Trimtab',
    version: '1',
    description:
      'Clusters, workloads and their recommended requests. CPU in millicores, memory in bytes, time in UTC.',
  },
  components: {
    securitySchemes: {
      apiKey: { type: 'http' as const, scheme: 'bearer', description: 'An API key: tt_...' },
    },
  },
  security: [{ apiKey: [] }],
};
