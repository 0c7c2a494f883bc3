import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { TestContext } from 'node:test';
import { createLog, Metrics, systemClock } from '@trimtab/daemon';
import { connect, type Database } from '@trimtab/store';
import { type SeededTenant, seedTenant, testDatabase } from '@trimtab/store/testing';
import { decodeExportResponse, decodeStatus } from '@trimtab/wire/otlp';
import {
  type Api,
  type ApiOptions,
  type Authority,
  createAuthority,
  issueAgentCertificate,
  issueServerCertificate,
  type KeyPairPem,
  startApi,
} from '../index.ts';

/** An API on a database of its own, with one tenant. */
export interface Rig extends SeededTenant {
  readonly api: Api;
  readonly authority: Authority;
  readonly pepper: Buffer;
  readonly url: string;
  /** Connected as the owner of the schema. */
  readonly owner: Database;
  readonly metrics: Metrics;
  /** What the API logged, one line each. */
  readonly logged: readonly string[];
  /** A client of the agents' listener with a certificate for a node. */
  client(pair?: KeyPairPem): Promise<AgentClient>;
  count(table: 'batch' | 'body'): Promise<number>;
}

/** What a push was answered with. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of a 200. */
  readonly rejected: number;
  readonly message: string;
}

/** What is different about a push. */
type PushChange = Omit<RequestOptions, 'headers'> & {
  readonly headers?: OutgoingHttpHeaders;
  /** Sends no Content-Length. */
  readonly isChunked?: boolean;
};

/** Pushes over mutual TLS. */
export interface AgentClient {
  post(body: Uint8Array, change?: PushChange): Promise<Answered>;
}

/** What is different about a rig. */
export type RigWish = Partial<ApiOptions> & {
  /** Use this database instead of a new one. */
  readonly databaseUrl?: string;
  /** Use this tenant instead of a new one. */
  readonly seeded?: SeededTenant;
};

/** Starts an API; everything is closed when the test ends. */
export async function startRig(t: TestContext, wish: RigWish = {}): Promise<Rig> {
  const { databaseUrl, seeded: known, ...change } = wish;
  const url = databaseUrl ?? (await testDatabase(t)).url;
  const owner = connect({ url, poolSize: 2, applicationName: 'test-owner' });
  t.after(() => owner.close());
  const seeded = known ?? (await seedTenant(url, 'one'));
  const nowMs = Date.now();
  const authority = await createAuthority({ nowMs });
  const server = await issueServerCertificate(authority, { hosts: ['127.0.0.1'], nowMs });
  const metrics = new Metrics();
  const logged: string[] = [];
  const pepper = randomBytes(32);
  const api = await startApi({
    database: { url },
    agents: {
      ...{ host: '127.0.0.1', port: 0 },
      tls: { ...server, clientAuthoritiesPem: [authority.certificatePem] },
    },
    people: { host: '127.0.0.1', port: 0 },
    health: { host: '127.0.0.1', port: 0 },
    log: createLog({ process: 'trimtab-api', write: (line) => logged.push(line) }),
    clock: systemClock,
    random: () => 0.5,
    ...{ pepper, metrics, ...change },
  });
  t.after(() => api.close(1000));
  const client = async (pair?: KeyPairPem): Promise<AgentClient> =>
    agentClient(t, api, {
      authority,
      pair: pair ?? (await agentPair({ ...seeded, authority, node: 'node-a' })),
    });
  const count = async (table: string): Promise<number> => {
    const [row] = await owner.query<{ n: number }>(`select count(*) as n from ${table}`);
    return row?.n ?? -1;
  };
  const { tenantId, clusterId, agentId } = seeded;
  return {
    ...{ tenantId, clusterId, agentId },
    ...{ api, authority, pepper, url, owner, metrics, logged, client, count },
  };
}

/** A certificate for a node of the rig's cluster, or of any other. */
export async function agentPair(wish: {
  readonly authority: Authority;
  readonly tenantId: number;
  readonly clusterId: number;
  readonly node: string;
  readonly nowMs?: number;
  readonly hours?: number;
}): Promise<KeyPairPem> {
  const { authority, nowMs = Date.now(), ...agent } = wish;
  return await issueAgentCertificate(authority, { ...agent, nowMs });
}

function agentClient(
  t: TestContext,
  api: Api,
  { authority, pair }: { authority: Authority; pair: KeyPairPem },
): AgentClient {
  const agent = new Agent({
    keepAlive: true,
    ca: authority.certificatePem,
    cert: pair.certificatePem,
    key: pair.keyPem,
  });
  t.after(() => agent.destroy());
  return {
    post: (body, { isChunked = false, ...change } = {}) =>
      post(body, {
        ...{ agent, host: '127.0.0.1', port: api.agentsPort, path: '/v1/metrics' },
        ...{ method: 'POST', timeout: 20_000 },
        ...change,
        headers: {
          'content-type': 'application/x-protobuf',
          ...(isChunked ? {} : { 'content-length': body.byteLength }),
          ...change.headers,
        },
      }),
  };
}

function post(body: Uint8Array, options: RequestOptions): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        resolve({ status, headers: response.headers, ...read(status, Buffer.concat(chunks)) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function read(status: number, body: Buffer): { rejected: number; message: string } {
  if (status !== 200) return { rejected: 0, message: decodeStatus(body).message };
  const { rejectedDataPoints, errorMessage } = decodeExportResponse(body);
  return { rejected: rejectedDataPoints, message: errorMessage };
}
