/** The API's configuration: defaults, ranges and units in this one place. */
import { ConfigError, type ConfigSources, readConfig } from '@trimtab/daemon';
import { type Static, Type } from 'typebox';

const PORTS = { minimum: 0, maximum: 65_535 } as const;

const whole = (
  fallback: number,
  range: { readonly minimum: number; readonly maximum: number },
  description: string,
) => Type.Integer({ ...range, default: fallback, description });

const file = (description: string) => Type.String({ minLength: 1, maxLength: 4096, description });

const host = (fallback: string, description: string) =>
  Type.String({ default: fallback, minLength: 1, maxLength: 253, description });

const databaseSchema = Type.Object({
  ingestPool: whole(4, { minimum: 3, maximum: 100 }, 'Connections for ingest.'),
  answerPool: whole(8, { minimum: 1, maximum: 200 }, 'Connections for reads.'),
  statementTimeoutSeconds: whole(
    10,
    { minimum: 1, maximum: 300 },
    'A statement that takes longer is cancelled.',
  ),
});

const agentsSchema = Type.Object({
  host: host('0.0.0.0', 'Address of the agents’ listener.'),
  port: whole(8443, PORTS, 'Its port; 0 takes any free one.'),
  certificateFile: file('PEM file with the listener’s certificate and what it was issued by.'),
  keyFile: file('PEM file with its private key; nobody else may read it.'),
  authorityFiles: Type.Array(file('PEM file with the certificate of an authority.'), {
    minItems: 1,
    maxItems: 8,
    description: 'Authorities whose agents are let in; two while one replaces the other.',
  }),
});

const peopleSchema = Type.Object({
  host: host('127.0.0.1', 'Address of the people’s listener.'),
  port: whole(8444, PORTS, 'Its port; 0 takes any free one.'),
  certificateFile: Type.Optional(file('PEM file with its certificate; without it plain HTTP.')),
  keyFile: Type.Optional(file('PEM file with its private key.')),
  behindProxy: Type.Boolean({
    default: false,
    description: 'Plain HTTP is meant on an address that others reach: a proxy there ends TLS.',
  }),
});

const ingestSchema = Type.Object({
  maxAgeHours: whole(
    192,
    { minimum: 1, maximum: 9600 },
    'Usage older than this is rejected point by point.',
  ),
  decodeThreads: whole(2, { minimum: 0, maximum: 64 }, 'Threads that decode; 0 for none.'),
  maxMessageMib: whole(16, { minimum: 1, maximum: 64 }, 'Largest message, uncompressed, in MiB.'),
  maxInFlightMib: whole(
    256,
    { minimum: 32, maximum: 16_384 },
    'Memory for all pushes under way together, in MiB.',
  ),
  maxQueued: whole(1024, { minimum: 1, maximum: 100_000 }, 'Pushes that may wait for a commit.'),
  commitDeadlineSeconds: whole(
    10,
    { minimum: 1, maximum: 60 },
    'A push that is not committed after this is answered 503.',
  ),
  retryAfterSeconds: whole(2, { minimum: 1, maximum: 300 }, 'Shortest Retry-After of a 503.'),
  connectionLifeSeconds: whole(
    600,
    { minimum: 10, maximum: 86_400 },
    'Longest life of an agent’s connection, so that a balancer spreads agents again.',
  ),
  maxConnections: whole(10_000, { minimum: 1, maximum: 1_000_000 }, 'Connections of agents.'),
});

const healthSchema = Type.Object({
  host: host('127.0.0.1', 'Address of the health listener.'),
  port: whole(9464, PORTS, 'Its port; 0 takes any free one.'),
});

const apiConfigSchema = Type.Object({
  database: databaseSchema,
  agents: agentsSchema,
  people: peopleSchema,
  ingest: ingestSchema,
  health: healthSchema,
  pepperFile: file(
    'File with 32 random bytes or more, the key of the HMACs of API keys; nobody else may read it.',
  ),
});

/** A whole configuration. */
export type ApiConfig = Static<typeof apiConfigSchema>;

/** Reads file and environment (`TRIMTAB_API_...`); throws one ConfigError with everything that is wrong. */
export function readApiConfig(sources: Pick<ConfigSources, 'file' | 'env'>): ApiConfig {
  const config = readConfig(apiConfigSchema, { ...sources, envPrefix: 'TRIMTAB_API_' });
  checkPeople(config.people);
  return config;
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** What a schema cannot say: API keys never travel in the clear, unless somebody said so. */
function checkPeople(people: ApiConfig['people']): void {
  const { certificateFile, keyFile } = people;
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    const missing = certificateFile === undefined ? 'certificateFile' : 'keyFile';
    throw problem(`people.${missing}`, 'nothing', 'a file, since its counterpart is set');
  }
  if (certificateFile !== undefined || people.behindProxy || LOOPBACK.includes(people.host)) return;
  throw problem(
    'people.host',
    people.host,
    'a loopback address, people.certificateFile, or people.behindProxy: true',
  );
}

function problem(path: string, found: string, expected: string): ConfigError {
  const where = 'configuration';
  const message = `${where}: ${path} is ${found}; expected ${expected}`;
  return new ConfigError([{ where, path, found, expected, message }]);
}
