/** `npm start` and `trimtab up`: the whole product in one process, fed with recorded usage. */
import process from 'node:process';
import { createProgress } from '@trimtab/cli';
import { createLog, onShutdown, type ShutdownStep, systemClock } from '@trimtab/daemon';
import { firstLook } from './first-look.ts';
import { DataFolder } from './keep/index.ts';
import { readOptions, USAGE } from './options.ts';
import { startPlatform } from './platform.ts';

const STOP_DEADLINE_MS = 20_000;

/** Runs until the table is printed (`--once`) or a signal comes. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env, process.cwd());
  if (options.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const log = createLog({
    process: 'trimtab-standalone',
    level: process.env['TRIMTAB_LOG_LEVEL'] === 'info' ? 'info' : 'warn',
    clock: systemClock,
  });
  const steps: ShutdownStep[] = [];
  const shutdown = onShutdown(steps, { log });
  const folder = new DataFolder(options.dataDir);
  const progress = createProgress(process.stderr, () => systemClock.monotonicMs());
  const starting = progress.step('starting', 'parts');
  const platform = await startPlatform({ ...options, folder, clock: systemClock, log });
  steps.push({ name: 'platform', deadlineMs: STOP_DEADLINE_MS, run: () => platform.stop() });
  starting.done('database, API and controller are up');
  const look = firstLook({
    ...{ platform, folder, progress, log },
    ...{ clock: systemClock, json: options.json },
    color: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    print: (text) => process.stdout.write(`${text}\n`),
    tell: (text) => process.stderr.write(`${text}\n`),
  });
  await Promise.race([look, failWhen(platform.lost)]);
  if (options.once) await shutdown.start('the table is printed');
  else void failWhen(platform.lost).catch(fail);
}

/** Rejects with the reason as soon as the database is lost. */
async function failWhen(lost: Promise<Error>): Promise<never> {
  throw await lost;
}

function fail(error: unknown): never {
  process.stderr.write(`trimtab: ${describe(error)}\n`);
  process.exit(1);
}

try {
  await main();
} catch (error) {
  fail(error);
}

/** The message, and those of what caused it: the first names the place, the last the reason. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n  because: ${describe(error.cause)}`;
  return `${error.message}${cause}`;
}
