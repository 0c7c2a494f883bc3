import { type ConfigSources, readConfig } from '@trimtab/daemon';
import { type Static, Type } from '@trimtab/daemon/schema';
import { DEFAULT_FOLD, DEFAULT_PUSH } from '../settings.ts';

const foldSchema = Type.Object({
  intervalSeconds: Type.Number({
    default: DEFAULT_FOLD.intervalSeconds,
    minimum: 1,
    maximum: 300,
    description: 'How far apart readings are meant to be.',
  }),
  gapIntervals: Type.Integer({
    default: DEFAULT_FOLD.gapIntervals,
    minimum: 1,
    maximum: 20,
    description: 'Samples further apart than this many intervals leave the time between uncovered.',
  }),
  startupSeconds: Type.Number({
    default: DEFAULT_FOLD.startupSeconds,
    minimum: 0,
    maximum: 3_600,
    description: 'CPU of a container younger than this is kept apart as start-up.',
  }),
  graceSeconds: Type.Number({
    default: DEFAULT_FOLD.graceSeconds,
    minimum: 0,
    maximum: 600,
    description: 'How long after its end a window still waits for late samples.',
  }),
  maxContainers: Type.Integer({
    default: DEFAULT_FOLD.maxContainers,
    minimum: 1,
    maximum: 100_000,
    description: 'Containers followed at once.',
  }),
});

const pushSchema = Type.Object({
  compression: Type.Union([Type.Literal('gzip'), Type.Literal('zstd')], {
    default: DEFAULT_PUSH.compression,
    description: 'How batches are compressed.',
  }),
  windowsPerBatch: Type.Integer({
    default: DEFAULT_PUSH.windowsPerBatch,
    minimum: 1,
    maximum: 12,
    description: 'Five-minute windows sealed into one batch.',
  }),
  maxBatchBytes: Type.Integer({
    default: DEFAULT_PUSH.maxBatchBytes,
    minimum: 65_536,
    maximum: 8_388_608,
    description: 'Uncompressed bytes above which a batch is cut into several.',
  }),
  lanes: Type.Integer({
    default: DEFAULT_PUSH.lanes,
    minimum: 1,
    maximum: 4,
    description: 'Batches in flight at most.',
  }),
  requestTimeoutSeconds: Type.Number({
    default: DEFAULT_PUSH.requestTimeoutSeconds,
    minimum: 1,
    maximum: 300,
    description: 'The whole time of one request.',
  }),
  backoffBaseSeconds: Type.Number({
    default: DEFAULT_PUSH.backoffBaseSeconds,
    minimum: 0.1,
    maximum: 60,
    description: 'Upper end of the wait after the first failure; it doubles with each one.',
  }),
  backoffCapSeconds: Type.Number({
    default: DEFAULT_PUSH.backoffCapSeconds,
    minimum: 60,
    maximum: 600,
    description: 'Upper end of any wait after a failure.',
  }),
  maxQueueBytes: Type.Integer({
    default: DEFAULT_PUSH.maxQueueBytes,
    minimum: 1_048_576,
    maximum: 4_294_967_296,
    description: 'Bytes of the queue on disk.',
  }),
  maxHeldBytes: Type.Integer({
    default: DEFAULT_PUSH.maxHeldBytes,
    minimum: 0,
    maximum: 67_108_864,
    description: 'Bytes of sealed batches held in memory while the disk cannot be written.',
  }),
  maxRefusedBytes: Type.Integer({
    default: DEFAULT_PUSH.maxRefusedBytes,
    minimum: 0,
    maximum: 67_108_864,
    description: 'Bytes of refused batches kept for inspection.',
  }),
  maxWaiting: Type.Integer({
    default: DEFAULT_PUSH.maxWaiting,
    minimum: 0,
    maximum: 50_000,
    description: 'Reading pauses while more batches than this wait; 0 never pauses.',
  }),
  stopSeconds: Type.Number({
    default: DEFAULT_PUSH.stopSeconds,
    minimum: 0,
    maximum: 600,
    description: 'How long stopping may take to deliver what is left.',
  }),
});

/** What an agent's configuration file and the environment after `TRIMTAB_AGENT_` may say. */
export const agentConfigSchema = Type.Object({
  endpoint: Type.String({
    format: 'uri',
    pattern: '^https://',
    maxLength: 2_048,
    expected: 'an https:// address such as https://trimtab.example.com:8443/v1/metrics',
    description: 'Where batches are posted.',
  }),
  queueDir: Type.String({
    minLength: 1,
    maxLength: 4_096,
    description: 'Folder of the disk queue; best on a volume that outlives the container.',
  }),
  fold: foldSchema,
  push: pushSchema,
});

/** An agent's configuration with every default filled in. */
export type AgentConfig = Static<typeof agentConfigSchema>;

/** Reads and checks it all at once; throws a ConfigError that names every problem. */
export function readAgentConfig(sources: Omit<ConfigSources, 'envPrefix'>): AgentConfig {
  return readConfig(agentConfigSchema, { ...sources, envPrefix: 'TRIMTAB_AGENT_' });
}
