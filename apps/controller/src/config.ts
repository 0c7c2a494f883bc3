/** The controller's configuration: defaults, ranges and units in this one place. */
import { ConfigError, type ConfigSources, readConfig } from '@trimtab/daemon';
import { type Static, Type } from '@trimtab/daemon/schema';

const whole = (
  fallback: number,
  range: { readonly minimum: number; readonly maximum: number },
  description: string,
) => Type.Integer({ ...range, default: fallback, description });

const leadSchema = Type.Object({
  leaseSeconds: whole(10, { minimum: 2, maximum: 300 }, 'How long a lease lasts without renewal.'),
  renewSeconds: whole(
    7,
    { minimum: 1, maximum: 299 },
    'How long after its last renewal a leader stops leading; below leaseSeconds.',
  ),
  retrySeconds: whole(
    2,
    { minimum: 1, maximum: 100 },
    'How often a lease is renewed or bid for; below renewSeconds.',
  ),
});

const packSchema = Type.Object({
  everySeconds: whole(30, { minimum: 1, maximum: 3600 }, 'Wait between two passes.'),
  delaySeconds: whole(
    360,
    { minimum: 0, maximum: 7200 },
    'How long after its end an hour is packed: the agents send their last window in this time.',
  ),
  firstDayEverySeconds: whole(
    300,
    { minimum: 10, maximum: 3600 },
    "How often the hour under way is packed on a cluster's first day.",
  ),
  atOnce: Type.Boolean({
    default: false,
    description: 'Pack whatever waits in every pass: for a load of recorded usage.',
  }),
  parallel: whole(2, { minimum: 1, maximum: 16 }, 'Transactions at once.'),
  maxBodies: whole(
    1000,
    { minimum: 1, maximum: 4000 },
    "Bodies a transaction, about 10 KB each; an agent's are never parted.",
  ),
});

const closeSchema = Type.Object({
  everySeconds: whole(600, { minimum: 1, maximum: 86_400 }, 'Wait between two passes.'),
  afterHours: whole(36, { minimum: 1, maximum: 240 }, 'How long after its end a day is closed.'),
});

const keepSchema = Type.Object({
  everySeconds: whole(300, { minimum: 10, maximum: 3600 }, 'Wait between two looks at partitions.'),
  blockDays: whole(
    14,
    { minimum: 10, maximum: 400 },
    'Days for which closed hours are kept; usage may come eight days late and has to find them.',
  ),
  sumDays: whole(
    400,
    { minimum: 31, maximum: 4000 },
    'Days for which sums and forecasts are kept.',
  ),
});

const runSchema = Type.Object({
  preset: Type.Union(
    [Type.Literal('savings'), Type.Literal('balanced'), Type.Literal('reliability')],
    { default: 'balanced', description: 'What a shortage costs against an excess.' },
  ),
  historyDays: whole(28, { minimum: 3, maximum: 400 }, 'Days of usage a run looks back on.'),
  everySeconds: whole(
    5,
    { minimum: 1, maximum: 600 },
    'Wait between two looks at runs and shards.',
  ),
  delaySeconds: whole(
    900,
    { minimum: 1, maximum: 43_200 },
    "How long after a day's end its run is opened at the earliest; above pack.delaySeconds.",
  ),
  graceSeconds: whole(
    7200,
    { minimum: 0, maximum: 86_400 },
    "How long after a day's end its run waits for bodies that are not packed yet.",
  ),
  workers: whole(2, { minimum: 1, maximum: 64 }, 'Worker threads, and shards at once.'),
  visibilitySeconds: whole(
    60,
    { minimum: 3, maximum: 3600 },
    'A claimed shard without a heartbeat for so long is free again.',
  ),
  maxAttempts: whole(3, { minimum: 1, maximum: 20 }, 'Attempts after which a shard is set aside.'),
  taskSeconds: whole(600, { minimum: 1, maximum: 86_400 }, 'Longest analysis of one shard.'),
  heapMib: whole(512, { minimum: 64, maximum: 16_384 }, 'Largest heap of a worker thread in MiB.'),
});

const healthSchema = Type.Object({
  host: Type.String({ default: '127.0.0.1', description: 'Address of the health listener.' }),
  port: whole(9464, { minimum: 0, maximum: 65_535 }, 'Its port; 0 takes any free one.'),
});

/** The schema, for reference pages and the chart. */
export const controllerConfigSchema = Type.Object({
  lead: leadSchema,
  pack: packSchema,
  close: closeSchema,
  keep: keepSchema,
  run: runSchema,
  health: healthSchema,
});

/** A whole configuration. */
export type ControllerConfig = Static<typeof controllerConfigSchema>;

/** Reads file and environment (`TRIMTAB_CONTROLLER_...`); throws one ConfigError with everything that is wrong. */
export function readControllerConfig(
  sources: Pick<ConfigSources, 'file' | 'env'>,
): ControllerConfig {
  const config = readConfig(controllerConfigSchema, {
    ...sources,
    envPrefix: 'TRIMTAB_CONTROLLER_',
  });
  checkOrder(config);
  return config;
}

/** What a schema cannot say: some times must be shorter than others, or two instances would lead at once. */
function checkOrder({ lead, pack, run }: ControllerConfig): void {
  const rules: readonly (readonly [path: string, found: number, above: string, limit: number])[] = [
    ['lead.leaseSeconds', lead.leaseSeconds, 'lead.renewSeconds', lead.renewSeconds],
    ['lead.renewSeconds', lead.renewSeconds, 'lead.retrySeconds', lead.retrySeconds],
    ['run.delaySeconds', run.delaySeconds, 'pack.delaySeconds', pack.delaySeconds],
  ];
  const problems = rules
    .filter(([, found, , limit]) => found <= limit)
    .map(([path, found, above, limit]) => {
      const expected = `more than ${above} (${limit})`;
      const where = 'configuration';
      const message = `${where}: ${path} is ${found}; expected ${expected}`;
      return { where, path, found: String(found), expected, message };
    });
  if (problems.length > 0) throw new ConfigError(problems);
}
