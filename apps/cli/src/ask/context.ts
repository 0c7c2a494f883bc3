import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { CliError, EXIT } from '../errors.ts';

/** Where the API is and which key opens it. */
export interface Context {
  /** Base address without a path, such as `http://127.0.0.1:8444`. */
  readonly url: string;
  readonly key: string;
}

/** Name of the file inside the data folder that `trimtab up` leaves for the commands that follow. */
export const CONTEXT_FILE = 'context.json';

/**
 * Data folder of the standalone process: TRIMTAB_DATA_DIR, else `.trimtab` below the current folder. Under root,
 * where the database server runs as another user, a current folder that others may not enter (such as one
 * below /root) is passed over for /var/lib/trimtab.
 */
export function dataDir(env: Readonly<Record<string, string | undefined>>, cwd: string): string {
  const named = env['TRIMTAB_DATA_DIR'];
  if (named !== undefined && named !== '') return named;
  const isRoot = process.getuid?.() === 0;
  return isRoot && !isOpenToOthers(cwd) ? ROOT_DATA_DIR : join(cwd, '.trimtab');
}

const ROOT_DATA_DIR = '/var/lib/trimtab';
const OTHERS_MAY_ENTER = 0o001;

function isOpenToOthers(folder: string): boolean {
  const { mode } = statSync(folder);
  const above = dirname(folder);
  return (mode & OTHERS_MAY_ENTER) !== 0 && (above === folder || isOpenToOthers(above));
}

/** Writes the context with mode 0600: it holds a key. */
export function writeContext(folder: string, context: Context): void {
  writeFileSync(join(folder, CONTEXT_FILE), `${JSON.stringify(context, null, 2)}\n`, {
    mode: 0o600,
  });
}

/** The context in `folder`, or undefined where there is none. A damaged file is an error: TT_CLI_CONTEXT. */
export function readContext(folder: string): Context | undefined {
  const file = join(folder, CONTEXT_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const value = parseJson(text);
  if (!isContext(value)) {
    throw new CliError(
      'TT_CLI_CONTEXT',
      `${file}: found no JSON object with "url" and "key"; remove the file and give --url and --key, or start \`trimtab up\` again`,
      { exitCode: EXIT.usage },
    );
  }
  return { url: value.url, key: value.key };
}

/** Flags win over the environment (TRIMTAB_URL, TRIMTAB_KEY), which wins over the context file. */
export function resolveContext(options: {
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}): Context {
  const folder = dataDir(options.env, options.cwd);
  const url = options.url ?? options.env['TRIMTAB_URL'];
  const key = options.key ?? options.env['TRIMTAB_KEY'];
  const stored = url !== undefined && key !== undefined ? undefined : readContext(folder);
  const resolved = { url: url ?? stored?.url, key: key ?? stored?.key };
  if (resolved.url === undefined || resolved.key === undefined) {
    throw new CliError(
      'TT_CLI_NO_CONTEXT',
      `found no ${resolved.url === undefined ? 'API address' : 'API key'}: neither a flag, nor TRIMTAB_URL and TRIMTAB_KEY, nor ${join(folder, CONTEXT_FILE)}; ` +
        'start `trimtab up` in this folder, or give --url and --key',
      { exitCode: EXIT.usage },
    );
  }
  return { url: resolved.url.replace(/\/+$/, ''), key: resolved.key };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isContext(value: unknown): value is Context {
  return (
    typeof value === 'object' &&
    value !== null &&
    'url' in value &&
    typeof value.url === 'string' &&
    'key' in value &&
    typeof value.key === 'string'
  );
}
