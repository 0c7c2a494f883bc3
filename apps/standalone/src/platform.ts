import { type Api, createApiKey, issueServerCertificate, startApi } from '@trimtab/api';
import { CONTEXT_FILE, type Context, readContext, writeContext } from '@trimtab/cli';
import { type Controller, readControllerConfig, startController } from '@trimtab/controller';
import { type Clock, type Log, Metrics } from '@trimtab/daemon';
import { connect, type Database, ensurePartitions, migrate } from '@trimtab/store';
import { type Embedded, startEmbedded } from '@trimtab/store/embedded';
import { type RegisteredCluster, registerCluster } from '@trimtab/store/ingest';
import { DAY_MS } from '@trimtab/units';
import { type DataFolder, keepSecrets, type Secrets } from './keep/index.ts';
import { SETS } from './load/index.ts';

/** What the platform is started with. */
export interface PlatformOptions {
  readonly folder: DataFolder;
  readonly databaseUrl: string | undefined;
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Everything that runs, until `stop`. */
export interface Platform {
  readonly api: Api;
  readonly controller: Controller;
  readonly secrets: Secrets;
  readonly clusters: ReadonlyMap<string, RegisteredCluster>;
  readonly context: Context;
  /** True where the API key was made by this start, so that it is shown now. */
  readonly isNewKey: boolean;
  /** Resolves with the reason when the embedded database ends by itself; else never. */
  readonly lost: Promise<Error>;
  /** Stops in the order of the data's way; harmless when called twice. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const TENANT = 'sample';
/** Recordings reach 14 days back from the first start's midnight; a load may be resumed days later. */
const MAX_AGE_DAYS = 30;
/** Made at the start, so that batches and bodies have a place before the controller's first turn. */
const AHEAD = { days: 7, hours: 26 } as const;

/** Starts database, API and controller. On a failure everything already started is stopped. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
  };
  try {
    const { url, lost } = await startDatabase(options, stops);
    const secrets = await keepSecrets(options.folder, options.clock.now());
    const owner = connect({ url, poolSize: 2, applicationName: 'trimtab-standalone' });
    stops.push(() => owner.close());
    await prepare(owner, url, options);
    const clusters = await registerClusters(owner);
    const api = await startDoor(options, url, secrets);
    stops.push(() => api.close());
    const controller = startWorker(options, url);
    stops.push(() => controller.stop());
    const address = `http://${HOST}:${api.peoplePort}`;
    const { context, isNewKey } = await keepContext(options, { owner, secrets, clusters, address });
    return { api, controller, secrets, clusters, context, isNewKey, lost, stop: stopAll };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function startDatabase(
  { databaseUrl, folder, log }: PlatformOptions,
  stops: (() => Promise<void>)[],
): Promise<{ url: string; lost: Promise<Error> }> {
  if (databaseUrl !== undefined) return { url: databaseUrl, lost: new Promise(() => {}) };
  const embedded: Embedded = await startEmbedded({ dataDir: folder.path('postgres'), log });
  stops.push(() => embedded.stop());
  return embedded;
}

async function prepare(owner: Database, url: string, { clock }: PlatformOptions): Promise<void> {
  await migrate(url);
  await ensurePartitions(owner, {
    now: clock.now(),
    aheadDays: AHEAD.days,
    aheadHours: AHEAD.hours,
  });
}

async function registerClusters(owner: Database): Promise<Map<string, RegisteredCluster>> {
  const clusters = new Map<string, RegisteredCluster>();
  for (const set of SETS) {
    clusters.set(set, await registerCluster(owner, { tenant: TENANT, cluster: set }));
  }
  return clusters;
}

async function startDoor(
  { clock, log, port }: PlatformOptions,
  url: string,
  { authority, pepper }: Secrets,
): Promise<Api> {
  const server = await issueServerCertificate(authority, { hosts: [HOST], nowMs: clock.now() });
  return await startApi({
    database: { url },
    agents: {
      ...{ host: HOST, port: 0 },
      tls: { ...server, clientAuthoritiesPem: [authority.certificatePem] },
    },
    people: { host: HOST, port },
    pepper,
    limits: { maxAgeMs: MAX_AGE_DAYS * DAY_MS },
    log,
    metrics: new Metrics(),
    clock,
    random: Math.random,
  });
}

function startWorker({ clock, log }: PlatformOptions, url: string): Controller {
  const config = readControllerConfig({
    env: {
      TRIMTAB_CONTROLLER_PACK_AT_ONCE: 'true',
      TRIMTAB_CONTROLLER_PACK_EVERY_SECONDS: '1',
      // One process alone: a shard claimed by a killed one need not be waited for as long as in a cluster.
      TRIMTAB_CONTROLLER_RUN_VISIBILITY_SECONDS: '10',
      TRIMTAB_CONTROLLER_KEEP_BLOCK_DAYS: String(MAX_AGE_DAYS + 1),
    },
  });
  return startController({
    ...{ databaseUrl: url, config, log, clock },
    metrics: new Metrics(),
    random: Math.random,
  });
}

/** The key made at the first start, with today's address. */
async function keepContext(
  { folder }: PlatformOptions,
  made: {
    readonly owner: Database;
    readonly secrets: Secrets;
    readonly clusters: ReadonlyMap<string, RegisteredCluster>;
    readonly address: string;
  },
): Promise<{ context: Context; isNewKey: boolean }> {
  const kept = readContext(folder.root);
  const key = kept?.key ?? (await makeKey(made));
  const context = { url: made.address, key };
  writeContext(folder.root, context);
  return { context, isNewKey: kept === undefined };
}

async function makeKey({
  owner,
  secrets,
  clusters,
}: {
  readonly owner: Database;
  readonly secrets: Secrets;
  readonly clusters: ReadonlyMap<string, RegisteredCluster>;
}): Promise<string> {
  const [first] = clusters.values();
  if (first === undefined) throw new Error(`no cluster was registered beside ${CONTEXT_FILE}`);
  const { key } = await createApiKey(owner, secrets.pepper, {
    ...{ tenantId: first.tenantId, name: 'first start', role: 'admin', actor: 'standalone' },
  });
  return key;
}
