import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { DaemonError } from './errors.ts';
import { EXPOSITION_CONTENT_TYPE } from './metrics/index.ts';

/** The answer to "are you live?" or "are you ready?"; `reason` says why not, or what ok rests on. */
export interface Health {
  readonly ok: boolean;
  readonly reason: string;
}

/** What `serveHealth` needs to know. */
export interface HealthOptions {
  /** Address to listen on, e.g. `0.0.0.0` in a container. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Gives the exposition text; a `Metrics` is one. */
  readonly metrics: { text(): string };
  /** Live: the loop still turns. Failing it has the process restarted. */
  readonly live: () => Health;
  /** Ready: the work can be done now. Failing it takes the process out of its Service. */
  readonly ready: () => Health;
}

/** A running health listener. */
export interface HealthServer {
  readonly port: number;
  /** Stops listening and ends every open connection; harmless when called twice. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly allow?: string;
}

/** Kubelet and Prometheus need two or three connections; more is somebody holding sockets open. */
const MOST_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 5_000;
const CLOSE_IDLE_AFTER_MS = 5_000;

/**
 * Serves GET and HEAD of `/metrics`, `/healthz` (live) and `/readyz` (ready): 200 or 503 with the
 * reason as JSON. Any other path is 404, any other method 405. Rejects with TT_HEALTH_LISTEN when the
 * address cannot be had.
 */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: CLOSE_IDLE_AFTER_MS },
    (request, response) => send(request, response, answerTo(request, options)),
  );
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, options.host, options.port);
  // A connection that cannot be accepted (no file handle left) must not end the process it reports on.
  server.on('error', () => {});
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return { port, close: () => close(server) };
}

function answerTo(request: IncomingMessage, options: HealthOptions): Answer {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const answer = answerOf(path, options);
  if (answer === undefined) {
    return jsonAnswer(404, { reason: 'not found; try /metrics, /healthz or /readyz' });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { ...jsonAnswer(405, { reason: 'only GET and HEAD are served' }), allow: 'GET, HEAD' };
  }
  return answer();
}

function answerOf(path: string, options: HealthOptions): (() => Answer) | undefined {
  switch (path) {
    case '/metrics':
      return () => metricsAnswer(options.metrics);
    case '/healthz':
      return () => healthAnswer(options.live);
    case '/readyz':
      return () => healthAnswer(options.ready);
    default:
      return undefined;
  }
}

function metricsAnswer(metrics: { text(): string }): Answer {
  try {
    return { status: 200, contentType: EXPOSITION_CONTENT_TYPE, body: metrics.text() };
  } catch (error) {
    return jsonAnswer(500, { reason: `metrics could not be written: ${messageOf(error)}` });
  }
}

function healthAnswer(check: () => Health): Answer {
  try {
    const { ok, reason } = check();
    return jsonAnswer(ok ? 200 : 503, { ok, reason });
  } catch (error) {
    return jsonAnswer(503, { ok: false, reason: `the check itself failed: ${messageOf(error)}` });
  }
}

function jsonAnswer(status: number, body: Readonly<Record<string, unknown>>): Answer {
  return { status, contentType: 'application/json', body: `${JSON.stringify(body)}\n` };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(answer.allow === undefined ? {} : { allow: answer.allow }),
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const message = `health listener: cannot listen on ${host}:${port}; choose a free address`;
      reject(new DaemonError('TT_HEALTH_LISTEN', message, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Called back with an error when the server is closed already, which is what was asked for.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
