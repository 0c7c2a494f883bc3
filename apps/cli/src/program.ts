import { Command, InvalidArgumentError, Option } from 'commander';
import { type Context, resolveContext } from './ask/context.ts';
import { type BacktestCommand, backtestCommand } from './commands/backtest.ts';
import { explain } from './commands/explain.ts';
import { type RecsOptions, recs } from './commands/recs.ts';
import { up } from './commands/up.ts';
import type { ProgressStream } from './show/progress.ts';

/** What the commands need of the world; `main.ts` gives the real one. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly color: boolean;
  readonly progress: ProgressStream;
  /** Milliseconds that only rise, for time left. */
  now(): number;
  print(text: string): void;
  leave(exitCode: number): void;
}

interface Address {
  readonly url?: string;
  readonly key?: string;
}

const SORTS = [
  'name',
  'cpuChange',
  'memoryChange',
  'cpuCurrent',
  'memoryCurrent',
  'cpuRecommended',
  'memoryRecommended',
  'minutesAboveRequest',
];

/** All commands, verb first. Errors are thrown: CliError by the commands, CommanderError for a wrong call or after help. */
export function createProgram(world: World): Command {
  const program = new Command('trimtab')
    .description('Right-sizes Kubernetes workloads and proves each number.')
    .exitOverride();
  addUp(program, world);
  addRecs(program, world);
  addExplain(program, world);
  addBacktest(program, world);
  return program;
}

function addUp(program: Command, world: World): void {
  program
    .command('up')
    .description('start everything on this machine with recorded usage (embedded PostgreSQL)')
    .allowUnknownOption()
    .argument('[options...]', 'passed on: --once, --json, --port N, --data DIR')
    .action(async (_options: string[], _flags: unknown, command: Command) => {
      world.leave(await up(command.args));
    });
}

function addRecs(program: Command, world: World): void {
  withAddress(program.command('recs'))
    .description('list the recommendations in force')
    .option('--cluster <name>', 'only this cluster')
    .option('--namespace <name>', 'only this namespace')
    .option('--kind <kind>', 'only this kind of workload')
    .option('--workload <text>', 'only workloads whose name contains this')
    .addOption(
      new Option('--status <status>', 'only these').choices(['recommended', 'partial', 'withheld']),
    )
    .addOption(new Option('--sort <field>', 'order of the list').choices(SORTS).default('name'))
    .option('--desc', 'largest first')
    .option('--limit <n>', 'at most this many', positiveInteger)
    .addOption(outputOption())
    .action(async (options: RecsOptions & Address) => {
      const { url, key, ...wanted } = options;
      world.print(await recs(contextOf(world, { url, key }), wanted, world.color));
    });
}

function addExplain(program: Command, world: World): void {
  withAddress(program.command('explain'))
    .description('say how a recommendation came about and what its proof is')
    .argument('<workload>', 'name, part of a name, or namespace/name')
    .option('--cluster <name>', 'only this cluster')
    .option('--json', 'print the API answer', false)
    .action(async (workload: string, options: Address & { cluster?: string; json: boolean }) => {
      const { url, key, ...rest } = options;
      world.print(await explain(contextOf(world, { url, key }), workload, rest));
    });
}

function addBacktest(program: Command, world: World): void {
  program
    .command('backtest')
    .description('replay recorded usage day by day and score the policy beside its peers')
    .requiredOption('--traces <file...>', 'trace files (.csv.gz), see docs/reference/cli.md')
    .addOption(
      new Option('--policy <preset>', 'whose numbers to judge')
        .choices(['savings', 'balanced', 'reliability'])
        .default('balanced'),
    )
    .option('--emit <file>', 'write every number named, one JSON line a series and day')
    .option('--json', 'print the scores as JSON', false)
    .action(async (options: BacktestCommand) => {
      world.print(await backtestCommand(options, world.progress, world.now));
    });
}

function withAddress(command: Command): Command {
  return command
    .option('--url <address>', "the API's address (else TRIMTAB_URL, else the data folder's)")
    .option('--key <key>', "the API key (else TRIMTAB_KEY, else the data folder's)");
}

function contextOf(
  world: World,
  address: { url: string | undefined; key: string | undefined },
): Context {
  return resolveContext({ ...address, env: world.env, cwd: world.cwd });
}

function outputOption(): Option {
  return new Option('-o, --output <form>', 'form of the list')
    .choices(['table', 'wide', 'json', 'csv'])
    .default('table');
}

function positiveInteger(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) {
    throw new InvalidArgumentError(`found '${text}'; expected a whole number of at least 1`);
  }
  return Number(text);
}
