/**
 * Ingest with everything that belongs to it: mutual TLS, zstd, decoding, one committed transaction a group, on a
 * PostgreSQL with fsync on. The API and PostgreSQL are processes of their own, the load generator is this one; all
 * three share the machine, so what the generator takes is missing from the rate.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import {
  type Authority,
  createAuthority,
  issueAgentCertificate,
  issueServerCertificate,
} from '@trimtab/api';
import { systemClock } from '@trimtab/daemon';
import { connect, ensurePartitions, migrate } from '@trimtab/store';
import { startEmbedded } from '@trimtab/store/embedded';
import { type RegisteredCluster, registerCluster } from '@trimtab/store/ingest';
import { atLeast, atMost, type Figure } from './figure.ts';
import { CONTAINERS, type LoadAgent, loadAgent, SKETCHES_PER_PUSH } from './ingest-load.ts';
import type { ServerSettings, ServerUse } from './ingest-server.ts';

const AGENTS = 16;
const WARM_UP_MS = 2_000;
const MEASURE_MS = 7_000;
/** Sketches a second. */
const GOAL_RATE = 20_000;
const WANTED_RATE = 35_000;
const GOAL_P99_MS = 250;
const SHAPE = `${AGENTS} agents x ${CONTAINERS} containers, zstd, mutual TLS, fsync on`;

/** Measures the highest rate, then the waiting time at the rate that is the goal. About 20 s. */
export async function run(report: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'trimtab-bench-ingest-'));
  const postgres = await startEmbedded({ dataDir });
  try {
    const cluster = await prepare(postgres.url);
    await measure(postgres.url, cluster, report);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function prepare(url: string): Promise<RegisteredCluster> {
  await migrate(url);
  const owner = connect({ url, poolSize: 1, applicationName: 'trimtab-bench' });
  try {
    await ensurePartitions(owner, { now: Date.now() });
    return await registerCluster(owner, { tenant: 'bench', cluster: 'bench' });
  } finally {
    await owner.close();
  }
}

async function measure(
  databaseUrl: string,
  cluster: RegisteredCluster,
  report: (figure: Figure) => void,
): Promise<void> {
  const nowMs = Date.now();
  const authority = await createAuthority({ nowMs });
  const server = await issueServerCertificate(authority, { hosts: ['127.0.0.1'], nowMs });
  const api = await startServer({ databaseUrl, server, authorityPem: authority.certificatePem });
  const agents = await makeAgents(authority, cluster, api.port);
  try {
    await flood(agents, WARM_UP_MS);
    const most = await flood(agents, MEASURE_MS);
    const paced = await pace(agents, GOAL_RATE, MEASURE_MS);
    for (const agent of agents) agent.close();
    reportAll({ most, paced, use: await api.stop() }, report);
  } finally {
    for (const agent of agents) agent.close();
    api.kill();
  }
}

interface Measured {
  readonly most: Flood;
  readonly paced: readonly number[];
  readonly use: ServerUse;
}

function reportAll({ most, paced, use }: Measured, report: (figure: Figure) => void): void {
  const rate = Math.round((most.pushes * SKETCHES_PER_PUSH) / most.seconds);
  report(atLeast(`ingest, highest rate, ${SHAPE}`, rate, 'sketches/s', GOAL_RATE));
  report(atLeast('ingest, highest rate, wanted', rate, 'sketches/s', WANTED_RATE));
  const at = `ingest at ${GOAL_RATE} sketches/s`;
  report(atMost(`${at}, p99`, Math.round(quantile(paced, 0.99)), 'ms', GOAL_P99_MS));
  report(only(`${at}, p50`, Math.round(quantile(paced, 0.5)), 'ms'));
  report(only('ingest, bytes on the wire a push', Math.round(most.bytes / most.pushes), 'B'));
  const pushes = most.pushes + paced.length;
  const cpuMs = Math.round((use.cpuSeconds * 10_000) / pushes) / 10;
  report(only('ingest, CPU of the API a push, start and warm-up included', cpuMs, 'ms'));
  report(only('ingest, most memory of the API', Math.round(use.maxRssBytes / 2 ** 20), 'MiB'));
}

function only(figure: string, value: number, unit: string): Figure {
  return { figure, value, unit, goal: null, holds: null, peer: null, peerValue: null };
}

interface Flood {
  readonly pushes: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Every agent sends its next batch as soon as the one before is acknowledged. */
async function flood(agents: readonly LoadAgent[], forMs: number): Promise<Flood> {
  const startMs = performance.now();
  const endMs = startMs + forMs;
  let pushes = 0;
  let bytes = 0;
  await Promise.all(
    agents.map(async (agent) => {
      while (performance.now() < endMs) {
        const sent = await agent.push();
        bytes += sent;
        pushes += 1;
      }
    }),
  );
  return { pushes, bytes, seconds: (performance.now() - startMs) / 1000 };
}

/**
 * Sends at a fixed rate whatever the answers take. A push's time counts from the moment at which it was due, so a
 * server that stalls pays for every push that was due meanwhile. Milliseconds, in no order.
 */
async function pace(
  agents: readonly LoadAgent[],
  sketchesPerSecond: number,
  forMs: number,
): Promise<number[]> {
  const everyMs = (1000 * SKETCHES_PER_PUSH) / sketchesPerSecond;
  const total = Math.floor(forMs / everyMs);
  const startMs = performance.now();
  const sending: Promise<number>[] = [];
  for (let index = 0; index < total; index += 1) {
    const dueMs = startMs + index * everyMs;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 0) await systemClock.sleep(earlyMs);
    const agent = agents[index % agents.length];
    if (agent === undefined) break;
    sending.push(agent.push().then(() => performance.now() - dueMs));
  }
  return await Promise.all(sending);
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

async function makeAgents(
  authority: Authority,
  cluster: RegisteredCluster,
  port: number,
): Promise<LoadAgent[]> {
  const random = seeded();
  return await Promise.all(
    Array.from({ length: AGENTS }, async (_, index) => {
      const wish = { ...cluster, node: `node-${index}`, nowMs: Date.now() };
      const pair = await issueAgentCertificate(authority, wish);
      return loadAgent({ port, pair, authorityPem: authority.certificatePem, random });
    }),
  );
}

/** The same numbers in every run (xorshift32), uniform in [0, 1). */
function seeded(): () => number {
  let state = 20_261_124;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

interface Server {
  readonly port: number;
  /** Ends the process in good order and gives what it used. */
  stop(): Promise<ServerUse>;
  kill(): void;
}

async function startServer(settings: ServerSettings): Promise<Server> {
  const program = join(import.meta.dirname, 'ingest-server.ts');
  const child = spawn(
    process.execPath,
    ['--cpu-prof', '--cpu-prof-dir=/tmp/apitest/prof', program],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  child.stdin.write(`${JSON.stringify(settings)}\n`);
  const { port } = await nextLine<{ port: number }>(lines, child);
  return {
    port,
    stop: async () => {
      child.stdin.end();
      return await nextLine<ServerUse>(lines, child);
    },
    kill: () => {},
  };
}

/** The next line of the server; it writes just two, both JSON of a known shape. */
async function nextLine<T>(lines: NodeJS.EventEmitter, child: ChildProcess): Promise<T> {
  const line = once(lines, 'line');
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the API of the bench ended with ${code}; expected it to run`);
  });
  const [text]: unknown[] = await Promise.race([line, gone]);
  return JSON.parse(String(text)) as T;
}
