/**
 * The API as a process of its own: configuration from a file (`TRIMTAB_API_CONFIG`) and the environment, the database
 * from `TRIMTAB_DATABASE_URL`, certificates and secrets from the files the configuration names, a clean stop at
 * SIGTERM.
 */
import process from 'node:process';
import {
  addProcessMetrics,
  ConfigError,
  createLog,
  Metrics,
  onShutdown,
  systemClock,
} from '@trimtab/daemon';
import { type ApiConfig, readApiConfig, readSecretFile, readTextFile } from './config/index.ts';
import { type ApiOptions, startApi } from './start-api.ts';

const CLOSE_DEADLINE_MS = 15_000;
/** The close, and a little for the pools. */
const STEP_DEADLINE_MS = 20_000;
const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
const SECOND_MS = 1000;

const log = createLog({ process: 'trimtab-api' });

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const { TRIMTAB_API_CONFIG: file, TRIMTAB_DATABASE_URL: databaseUrl, ...rest } = env;
  if (databaseUrl === undefined || databaseUrl === '') throw noDatabase();
  const config = readApiConfig({ file, env: rest });
  const metrics = new Metrics();
  addProcessMetrics(metrics);
  const api = await startApi({
    ...optionsOf(config, databaseUrl),
    ...{ log, metrics, clock: systemClock, random: Math.random },
  });
  onShutdown(
    [{ name: 'api', deadlineMs: STEP_DEADLINE_MS, run: () => api.close(CLOSE_DEADLINE_MS) }],
    { log },
  );
}

function optionsOf(
  config: ApiConfig,
  databaseUrl: string,
): Omit<ApiOptions, 'log' | 'metrics' | 'clock' | 'random'> {
  const { agents, people, database } = config;
  return {
    database: {
      url: databaseUrl,
      ingestPool: database.ingestPool,
      answerPool: database.answerPool,
      statementTimeoutMs: database.statementTimeoutSeconds * SECOND_MS,
    },
    agents: {
      ...{ host: agents.host, port: agents.port },
      tls: {
        ...keyPair(agents.certificateFile, agents.keyFile),
        clientAuthoritiesPem: agents.authorityFiles.map(readTextFile),
      },
    },
    people: {
      ...{ host: people.host, port: people.port },
      tls:
        people.certificateFile === undefined || people.keyFile === undefined
          ? undefined
          : keyPair(people.certificateFile, people.keyFile),
    },
    health: config.health,
    pepper: readSecretFile(config.pepperFile, process.platform),
    limits: limitsOf(config.ingest),
  };
}

function keyPair(certificateFile: string, keyFile: string) {
  return {
    certificatePem: readTextFile(certificateFile),
    keyPem: readSecretFile(keyFile, process.platform).toString('utf8'),
  };
}

function limitsOf(ingest: ApiConfig['ingest']): NonNullable<ApiOptions['limits']> {
  const { decodeThreads, maxQueued, maxConnections, retryAfterSeconds } = ingest;
  return {
    ...{ decodeThreads, maxQueued, maxConnections, retryAfterSeconds },
    maxAgeMs: ingest.maxAgeHours * HOUR_MS,
    maxBytes: ingest.maxMessageMib * MIB,
    maxBytesInFlight: ingest.maxInFlightMib * MIB,
    commitDeadlineMs: ingest.commitDeadlineSeconds * SECOND_MS,
    connectionLifeMs: ingest.connectionLifeSeconds * SECOND_MS,
  };
}

function noDatabase(): ConfigError {
  const where = 'environment TRIMTAB_DATABASE_URL';
  const expected = 'a PostgreSQL URL';
  const message = `${where}: found nothing; expected ${expected}`;
  return new ConfigError([{ where, path: '', found: 'nothing', expected, message }]);
}

try {
  await main(process.env);
} catch (error) {
  log.error('api-not-started', { error });
  process.exit(1);
}
