import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Clock } from '@trimtab/daemon';
import { AgentError } from '../errors.ts';
import type { Encoding } from './record.ts';

/** PEM texts for mutual TLS. */
export interface TlsMaterial {
  /** The client's certificate, with its chain if it has one. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
  /** The authorities a server's certificate may come from; no others are trusted. */
  readonly ca: string;
}

/** How the API's agents' listener is reached. */
export interface TransportOptions {
  /** Where batches are posted, path included; must be https. */
  readonly endpoint: URL;
  /** Asked for every request: changed material takes effect with the next one, over a new connection. */
  readonly tls: () => TlsMaterial;
  /** The whole time one request may take, connecting and reading the answer included. */
  readonly timeoutMs: number;
  /** Connections at most. */
  readonly connections: number;
  /** Sent as User-Agent. */
  readonly userAgent: string;
  readonly clock: Clock;
}

/** What came back: an answer, or nothing that can be trusted to be one. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      /** At most 4 MiB; undefined where it was longer. */
      readonly body: Uint8Array | undefined;
    }
  | { readonly kind: 'broken'; readonly reason: string };

/** Posts batches. Keeps connections open between requests; does not follow redirects and never retries by itself. */
export interface Transport {
  post(body: Uint8Array, encoding: Encoding, signal: AbortSignal): Promise<Reply>;
  close(): void;
}

/** OTLP has answers end here; a longer one is not read. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** An idle connection is given up before a load balancer's usual minute. */
const IDLE_MS = 50_000;

/** Makes a transport over `node:https`. Throws TT_AGENT_ENDPOINT where the endpoint is not https. */
export function createTransport(options: TransportOptions): Transport {
  if (options.endpoint.protocol !== 'https:') {
    throw new AgentError(
      'TT_AGENT_ENDPOINT',
      `endpoint is ${options.endpoint.origin}; expected an https:// address: batches travel over mutual TLS only`,
    );
  }
  const agent = new https.Agent({
    keepAlive: true,
    maxSockets: options.connections,
    maxFreeSockets: options.connections,
    timeout: IDLE_MS,
  });
  return {
    post: (body, encoding, signal) => post(options, agent, { body, encoding, signal }),
    close: () => agent.destroy(),
  };
}

interface Posting {
  readonly body: Uint8Array;
  readonly encoding: Encoding;
  readonly signal: AbortSignal;
}

async function post(
  options: TransportOptions,
  agent: https.Agent,
  { body, encoding, signal }: Posting,
): Promise<Reply> {
  const limit = new AbortController();
  const timer = options.clock.setTimer(options.timeoutMs, () => {
    limit.abort(new Error(`no answer within ${options.timeoutMs} ms`));
  });
  const onAbort = (): void => limit.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const request = https.request(options.endpoint, {
      agent,
      // Part of the key under which the agent pools connections: new material, new connection.
      ...options.tls(),
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': encoding,
        'content-length': body.length,
        'user-agent': options.userAgent,
      },
      signal: limit.signal,
    });
    return await replyTo(request, body);
  } catch (error) {
    return { kind: 'broken', reason: reasonOf(limit.signal.aborted ? limit.signal.reason : error) };
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

function replyTo(request: ReturnType<typeof https.request>, body: Uint8Array): Promise<Reply> {
  return new Promise((resolve, reject) => {
    // An API that answers before it has read everything (413, 503) may cut the upload off: its
    // answer still counts, so an error only counts while there is none.
    request.on('error', reject);
    request.on('response', (response) => {
      readAnswer(response).then((answer) => {
        // Left alone, the rest of an upload nobody reads would hold the connection.
        if (!request.writableFinished || answer.body === undefined) request.destroy();
        resolve(answer);
      }, reject);
    });
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Extract<Reply, { kind: 'answer' }>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const head = {
    kind: 'answer',
    status: response.statusCode ?? 0,
    headers: response.headers,
  } as const;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) return { ...head, body: undefined };
    chunks.push(chunk);
  }
  return { ...head, body: Buffer.concat(chunks) };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return `${code}${error.message}`;
}
