import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dataDir } from '@trimtab/cli';
import { StandaloneError } from './errors.ts';

/** What a start may be told by arguments and environment. */
export interface Options {
  /** Leave after the table. */
  readonly once: boolean;
  /** Print the recommendations as JSON instead of a table. */
  readonly json: boolean;
  /** Port of REST on 127.0.0.1; 0 = any free one. */
  readonly port: number;
  /** Folder of everything that is kept, absolute. */
  readonly dataDir: string;
  /** An existing PostgreSQL; undefined = the embedded one. */
  readonly databaseUrl: string | undefined;
  readonly help: boolean;
}

const DEFAULT_PORT = 8444;

export const USAGE = `trimtab up: everything in one process, fed with recorded usage

  --once        leave after the table
  --json        print the recommendations as JSON
  --port N      port of REST on 127.0.0.1, 0 = any free one (default ${DEFAULT_PORT})
  --data DIR    folder of everything that is kept (default TRIMTAB_DATA_DIR, else .trimtab here,
                or /var/lib/trimtab for root in a closed folder)
  --help        this text

TRIMTAB_DATABASE_URL=postgres://... uses that PostgreSQL (15 or newer) instead of the embedded one.`;

/** Reads arguments and environment; throws TT_STANDALONE_OPTION. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Options {
  const values = parse(args);
  const databaseUrl = env['TRIMTAB_DATABASE_URL'];
  return {
    once: values.once === true,
    json: values.json === true,
    port: values.port === undefined ? DEFAULT_PORT : readPort(values.port),
    dataDir: resolve(cwd, values.data ?? dataDir(env, cwd)),
    databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
    help: values.help === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new StandaloneError('TT_STANDALONE_OPTION', `${found}\n\n${USAGE}\n`, cause);
  }
}

function readPort(text: string): number {
  if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new StandaloneError(
      'TT_STANDALONE_OPTION',
      `--port: found '${text}'; expected a whole number from 0 to 65535`,
    );
  }
  return Number(text);
}
