/**
 * The controller as a process of its own: configuration from a file (`TRIMTAB_CONTROLLER_CONFIG`) and the environment,
 * the database from `TRIMTAB_DATABASE_URL`, health and metrics on a port, a clean stop at SIGTERM.
 */
import process from 'node:process';
import {
  addProcessMetrics,
  ConfigError,
  createLog,
  Metrics,
  onShutdown,
  serveHealth,
  systemClock,
} from '@trimtab/daemon';
import { readControllerConfig } from './config.ts';
import { startController } from './start-controller.ts';

const log = createLog({ process: 'trimtab-controller' });

async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const { TRIMTAB_CONTROLLER_CONFIG: file, TRIMTAB_DATABASE_URL: databaseUrl, ...rest } = env;
  if (databaseUrl === undefined || databaseUrl === '') {
    throw new ConfigError([
      {
        where: 'environment TRIMTAB_DATABASE_URL',
        path: '',
        found: 'nothing',
        expected: 'a PostgreSQL URL',
        message: 'environment TRIMTAB_DATABASE_URL: found nothing; expected a PostgreSQL URL',
      },
    ]);
  }
  const config = readControllerConfig({ file, env: rest });
  const metrics = new Metrics();
  addProcessMetrics(metrics);
  const clock = systemClock;
  const controller = startController({
    databaseUrl,
    config,
    log,
    metrics,
    clock,
    random: Math.random,
  });
  const health = await serveHealth({
    ...config.health,
    metrics,
    live: controller.live,
    ready: controller.ready,
  });
  onShutdown(
    [
      { name: 'controller', deadlineMs: 20_000, run: () => controller.stop() },
      { name: 'health', deadlineMs: 2_000, run: () => health.close() },
    ],
    { log },
  );
}

try {
  await main(process.env);
} catch (error) {
  log.error('controller-not-started', { error });
  process.exit(1);
}
