/**
 * The API alone in a process of its own, for the ingest bench: so that the load generator's work is not counted as
 * the server's. Reads one JSON line of settings from standard input, prints one with its port and its own CPU and
 * memory when it ends, and ends when the input does.
 */
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { type KeyPairPem, startApi } from '@trimtab/api';
import { createLog, Metrics, systemClock } from '@trimtab/daemon';

/** What the bench tells its server. */
export interface ServerSettings {
  readonly databaseUrl: string;
  readonly server: KeyPairPem;
  readonly authorityPem: string;
}

/** What the server used, told at its end. */
export interface ServerUse {
  /** User and system time of the process. */
  readonly cpuSeconds: number;
  readonly maxRssBytes: number;
}

const KIB = 1024;

async function main(): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  const [line]: unknown[] = await once(lines, 'line');
  // Written by the bench in the same run.
  const settings = JSON.parse(String(line)) as ServerSettings;
  const api = await startApi({
    database: { url: settings.databaseUrl },
    agents: {
      ...{ host: '127.0.0.1', port: 0 },
      tls: { ...settings.server, clientAuthoritiesPem: [settings.authorityPem] },
    },
    people: { host: '127.0.0.1', port: 0 },
    pepper: Buffer.alloc(32, 1),
    log: createLog({ process: 'trimtab-api', level: 'warn' }),
    metrics: new Metrics(),
    clock: systemClock,
    random: Math.random,
  });
  console.log(JSON.stringify({ port: api.agentsPort }));
  await once(lines, 'close');
  await api.close();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  console.log(JSON.stringify({ cpuSeconds, maxRssBytes: maxRSS * KIB }));
}

await main();
