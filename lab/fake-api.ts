/**
 * A scriptable agents' listener: HTTPS with client certificates on 127.0.0.1. It stores batches as
 * the API does (repeats answered as duplicates, other bytes under a used name as conflicts) and,
 * told so by a script of one step a request, does what networks and broken servers do.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { durationMs, epochMs } from '@trimtab/units';
import {
  type Batches,
  DEFAULT_DECODE_LIMITS,
  decodeExport,
  encodeExportResponse,
  encodeStatus,
  readBatches,
} from '@trimtab/wire/otlp';
import type { TestPair } from './tls.ts';

/** What to do with one request. Without a step it is stored and answered as the API would. */
export type Step =
  | { readonly kind: 'store'; readonly rejectedDataPoints?: number }
  /** Answers without storing. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Uint8Array;
    }
  /** Stores and cuts the connection before the answer. */
  | { readonly kind: 'cut-after-request' }
  /** Cuts the connection before the request is read. */
  | { readonly kind: 'cut-before-request' }
  /** Stores and answers one byte at a time, never the last one. */
  | { readonly kind: 'slow-bytes'; readonly everyMs: number }
  /** Answers 200 with a body that does not end. */
  | { readonly kind: 'endless' }
  /** Sends bytes that are no HTTP. */
  | { readonly kind: 'garbage' };

/** One request as it came in. */
export interface SeenRequest {
  readonly path: string;
  readonly encoding: string;
  /** As on the wire. */
  readonly body: Buffer;
  /** The URI in the client's certificate. */
  readonly client: string;
  /** Numbers connections in the order in which they were opened. */
  readonly connection: number;
}

/** A running fake. */
export interface FakeApi {
  readonly endpoint: URL;
  readonly requests: readonly SeenRequest[];
  /** Batches taken, each once, decoded. */
  readonly stored: readonly Batches[];
  /** Steps still to come; a test may add to them. */
  readonly script: Step[];
  close(): Promise<void>;
}

/** What a fake needs. */
export interface FakeApiOptions {
  readonly server: TestPair;
  /** The authority clients must come from, PEM. */
  readonly ca: string;
  readonly script?: readonly Step[];
}

/** Starts listening on any free port. */
export async function startFakeApi(options: FakeApiOptions): Promise<FakeApi> {
  const fake = new Fake(options.script ?? []);
  const server = createServer(
    { ...options.server, ca: options.ca, requestCert: true, rejectUnauthorized: true },
    (request, response) => void fake.serve(request, response).catch(() => response.destroy()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    endpoint: new URL(`https://127.0.0.1:${port}/v1/metrics`),
    requests: fake.requests,
    stored: fake.stored,
    script: fake.script,
    close: () => close(server),
  };
}

class Fake {
  readonly requests: SeenRequest[] = [];
  readonly stored: Batches[] = [];
  readonly script: Step[];
  readonly #digests = new Map<string, string>();
  readonly #connections = new Map<object, number>();

  constructor(script: readonly Step[]) {
    this.script = [...script];
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const step = this.script.shift() ?? { kind: 'store' };
    if (step.kind === 'cut-before-request') {
      request.socket.destroy();
      return;
    }
    const body = await readAll(request);
    this.#note(request, body);
    switch (step.kind) {
      case 'store':
        this.#answer(request, body, response, step.rejectedDataPoints ?? 0);
        return;
      case 'answer':
        response.writeHead(step.status, step.headers).end(step.body);
        return;
      case 'cut-after-request':
        this.#store(request, body);
        request.socket.destroy();
        return;
      case 'slow-bytes':
        this.#store(request, body);
        await drip(response, step.everyMs);
        return;
      case 'endless':
        flood(response);
        return;
      case 'garbage':
        request.socket.end('\u0000not http at all\r\n\r\n');
    }
  }

  #note(request: IncomingMessage, body: Buffer): void {
    const { socket } = request;
    const connection = this.#connections.get(socket) ?? this.#connections.size + 1;
    this.#connections.set(socket, connection);
    const names =
      socket instanceof TLSSocket ? (socket.getPeerCertificate().subjectaltname ?? '') : '';
    const encoding = String(request.headers['content-encoding'] ?? 'identity');
    const client = names.replace(/^URI:/, '');
    this.requests.push({ path: request.url ?? '', encoding, body, client, connection });
  }

  #answer(
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    rejectedDataPoints: number,
  ): void {
    const outcome = this.#store(request, body);
    const type = { 'content-type': 'application/x-protobuf' };
    if (outcome === 'conflict') {
      const status = encodeStatus({ code: 6, message: 'the name was used for other bytes' });
      response.writeHead(409, type).end(status);
      return;
    }
    const errorMessage = rejectedDataPoints > 0 ? 'told so by the script' : '';
    const answer = encodeExportResponse({ rejectedDataPoints, errorMessage });
    response.writeHead(200, { ...type, 'trimtab-batch': outcome }).end(answer);
  }

  #store(request: IncomingMessage, body: Buffer): 'stored' | 'duplicate' | 'conflict' {
    const message =
      request.headers['content-encoding'] === 'zstd' ? zstdDecompressSync(body) : gunzipSync(body);
    const batches = readBatches(decodeExport(message, DEFAULT_DECODE_LIMITS), {
      now: epochMs(Date.now()),
      maxAgeMs: durationMs(Number.MAX_VALUE),
      maxFutureMs: durationMs(Number.MAX_VALUE),
    });
    const name = `${batches.identity?.epoch}/${batches.identity?.seq}`;
    const digest = createHash('sha256').update(message).digest('hex');
    const known = this.#digests.get(name);
    if (known !== undefined) return known === digest ? 'duplicate' : 'conflict';
    this.#digests.set(name, digest);
    this.stored.push(batches);
    return 'stored';
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Announces a body and sends it byte by byte until the client has had enough. */
async function drip(response: ServerResponse, everyMs: number): Promise<void> {
  response.writeHead(200, {
    'content-type': 'application/x-protobuf',
    'content-length': 1_000_000,
  });
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => response.write('\u0000'), everyMs);
    response.on('close', () => {
      clearInterval(timer);
      resolve();
    });
  });
}

function flood(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-protobuf' });
  const chunk = Buffer.alloc(65_536);
  const pump = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', pump);
  pump();
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
