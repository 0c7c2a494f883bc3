import { constants, type X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type AgentIdentity, checkValidity, identityOf } from '../auth/index.ts';
import { ApiError } from '../errors.ts';
import { answerError, endsConnection, PROTOBUF, type PushAnswer } from './answer-push.ts';
import { Connections } from './connections.ts';
import { encodingOf } from './read-body.ts';
import { type Receiving, receivePush } from './receive-push.ts';

/** Certificate and key of the listener, and the authority whose agents it takes. All PEM. */
export interface AgentsTls {
  readonly certificatePem: string;
  readonly keyPem: string;
  /** Certificates of the authorities; two while one replaces the other. */
  readonly clientAuthoritiesPem: readonly string[];
}

/** What the agents' listener is made of. */
export interface AgentsListenerOptions extends Receiving {
  readonly tls: AgentsTls;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The listener before it listens. */
export interface AgentsListener {
  readonly app: FastifyInstance<Server>;
  /** Answers what is under way and closes every connection with its answer. */
  leave(): void;
}

const PUSH_PATH = '/v1/metrics';
const HANDSHAKE_TIMEOUT_MS = 10_000;
const MOST_HEADER_BYTES = 16 * 1024;
/** How often Node looks for requests that are over their time. */
const TIMEOUT_CHECK_MS = 2_000;

/**
 * HTTPS for agents: a client certificate of our authority is needed to get through the handshake, what it names is
 * checked for each request. Only POST /v1/metrics exists. Every answer that is not 2xx is a google.rpc.Status.
 */
export function agentsListener(options: AgentsListenerOptions): AgentsListener {
  const { limits, metrics } = options;
  const connections = new Connections({
    clock: options.clock,
    random: options.random,
    lifeMs: limits.connectionLifeMs,
    onCount: (open) => metrics.connections.set(open),
  });
  const app = fastify({
    https: httpsOptions(options),
    bodyLimit: limits.maxBytes,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    keepAliveTimeout: limits.connectionLifeMs,
  });
  app.server.maxConnections = limits.maxConnections;
  connections.watch(app.server);
  // The body is read by receivePush, after the sender is known; the parser only hands the stream on.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(PROTOBUF, (_request, _payload, done) => done(null, undefined));
  const respond = responder(options, connections);
  followRequests(app, connections, metrics);
  app.post(PUSH_PATH, async (request, reply) => {
    const contentLength = lengthOf(request.headers['content-length']);
    const answer = await receivePush(options, {
      identity: admit(request, options.clock.now()),
      encoding: encodingOf(request.headers['content-encoding']),
      contentLength,
      stream: request.raw,
    });
    return respond(request, reply, answer);
  });
  app.setErrorHandler((error, request, reply) => {
    const known = knownError(error, request, options);
    const answer = answerError(known, retryAfterSeconds(options));
    if (endsConnection(known.code)) void reply.header('connection', 'close');
    return respond(request, reply, answer);
  });
  app.setNotFoundHandler((request) => {
    throw noSuchRoute(request);
  });
  return { app, leave: () => connections.leave() };
}

function httpsOptions({ tls, limits }: AgentsListenerOptions) {
  return {
    cert: tls.certificatePem,
    key: tls.keyPem,
    ca: [...tls.clientAuthoritiesPem],
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2' as const,
    // No resumption: a resumed session would skip the look at the certificate's time.
    secureOptions: constants.SSL_OP_NO_TICKET,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
  };
}

function followRequests(
  app: FastifyInstance<Server>,
  connections: Connections,
  metrics: AgentsListenerOptions['metrics'],
): void {
  app.addHook('onRequest', async (request, reply) => {
    const { socket } = request.raw;
    connections.begun(socket);
    reply.raw.once('close', () => {
      metrics.requestSeconds.observe(reply.elapsedTime / 1000);
      connections.ended(socket);
    });
  });
}

function responder(options: AgentsListenerOptions, connections: Connections) {
  return (request: FastifyRequest, reply: FastifyReply, answer: PushAnswer) => {
    options.metrics.pushes.inc({ outcome: answer.outcome });
    if (connections.shouldClose(request.raw.socket)) void reply.header('connection', 'close');
    return reply
      .code(answer.status)
      .headers({ ...answer.headers })
      .type(PROTOBUF)
      .send(Buffer.from(answer.body));
  };
}

/** Who sends, by the certificate of the connection, which has to be valid at this moment. */
function admit(request: FastifyRequest, nowMs: number): AgentIdentity {
  const certificate = certificateOf(request);
  const identity = identityOf(certificate);
  if (certificate !== undefined) checkValidity(certificate, nowMs);
  return identity;
}

function certificateOf(request: FastifyRequest): X509Certificate | undefined {
  const { socket } = request.raw;
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}

function lengthOf(header: string | undefined): number | undefined {
  return header === undefined ? undefined : Number(header);
}

function retryAfterSeconds({ limits, random }: AgentsListenerOptions): number {
  return Math.ceil(limits.retryAfterSeconds * (1 + random()));
}

function noSuchRoute(request: FastifyRequest): ApiError {
  const path = request.url.split('?', 1)[0];
  if (path !== PUSH_PATH) {
    return new ApiError(
      'TT_INGEST_NOT_FOUND',
      `found path ${path}; expected ${PUSH_PATH}: set the endpoint to this server's address without a path`,
    );
  }
  return new ApiError('TT_INGEST_METHOD', `found ${request.method}; expected POST`, {
    headers: { allow: 'POST' },
  });
}

function knownError(
  error: unknown,
  request: FastifyRequest,
  { log }: AgentsListenerOptions,
): ApiError {
  if (error instanceof ApiError) {
    if (error.code === 'TT_INGEST_UNSTORABLE') log.error('push-unstorable', { error });
    return error;
  }
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError(
        'TT_INGEST_CONTENT_TYPE',
        `Content-Type: found '${(request.headers['content-type'] ?? '').slice(0, 100)}'; expected ${PROTOBUF}`,
        { cause: error },
      );
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('TT_INGEST_TOO_LARGE', 'found a body above the limit', { cause: error });
    default:
      log.error('push-failed', { error });
      return new ApiError('TT_INGEST_FAULT', 'repeat the batch unchanged', { cause: error });
  }
}
